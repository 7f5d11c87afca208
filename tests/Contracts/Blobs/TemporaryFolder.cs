namespace DurableAgentTasks.Contracts.Blobs;

/// <summary>A folder of a test's own under the system's temporary one.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("dat-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
