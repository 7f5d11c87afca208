using DurableAgentTasks.Activities.Steps;

namespace DurableAgentTasks.Activities.Workspaces;

/// <summary>A place for what is needed for a moment, in the data folder: it may be large. What an earlier life left there goes first.</summary>
public sealed class ScratchFolder(StepRuns runs)
{
    private const int BufferSize = 128 * 1024;

    private readonly Lazy<string> _path = new(() => Begin(Path.Combine(runs.DataPath, "scratch")));

    /// <summary>A file that goes when it is closed.</summary>
    internal FileStream NewFile() => new(
        NewPath(), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, BufferSize, FileOptions.DeleteOnClose | FileOptions.Asynchronous);

    /// <summary>A folder that goes when it is disposed.</summary>
    internal Borrowed NewFolder() => new(Directory.CreateDirectory(NewPath()).FullName);

    private string NewPath() => Path.Combine(_path.Value, Guid.NewGuid().ToString("n"));

    private static string Begin(string path)
    {
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        return Directory.CreateDirectory(path).FullName;
    }

    internal sealed class Borrowed(string path) : IDisposable
    {
        public string Path => path;

        public void Dispose() => Directory.Delete(path, recursive: true);
    }
}
