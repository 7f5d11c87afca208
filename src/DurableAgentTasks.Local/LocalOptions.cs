namespace DurableAgentTasks.Local;

/// <summary>What only this host has: one folder for everything.</summary>
public sealed class LocalOptions
{
    /// <summary>The folder that holds the engine's journal, the tasks' records and logs, and the runs. One process at a time.</summary>
    public string Data { get; set; } = ".data";

    public string EngineFolder => Path.Combine(Path.GetFullPath(Data), "engine");

    public string BlobFolder => Path.Combine(Path.GetFullPath(Data), "blobs");
}
