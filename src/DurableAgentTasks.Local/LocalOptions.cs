namespace DurableAgentTasks.Local;

/// <summary>Where this host keeps what it knows.</summary>
public sealed class LocalOptions
{
    /// <summary>The folder of the engine's journal, the runs and, unless they are elsewhere, the blobs. One process at a time.</summary>
    public string Data { get; set; } = ".data";

    public LocalStorageOptions Storage { get; set; } = new();

    public string EngineFolder => Path.Combine(Path.GetFullPath(Data), "engine");

    public string BlobFolder => Path.Combine(Path.GetFullPath(Data), "blobs");
}

public sealed class LocalStorageOptions
{
    /// <summary><c>file</c>, <c>UseDevelopmentStorage=true</c>, a connection string, or an account's URL.</summary>
    public string Connection { get; set; } = "file";

    /// <summary>The blob container, where it is not files.</summary>
    public string Container { get; set; } = "agent-tasks";
}
