namespace DurableAgentTasks.Engine.Tests;

/// <summary>A folder of the test's own, gone when the test has ended.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"dat-engine-{Guid.NewGuid():n}");

    public TempFolder() => Directory.CreateDirectory(Path);

    public string Sub(string name) => System.IO.Path.Combine(Path, name);

    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.EnumerateDirectories(from)) Copy(folder, System.IO.Path.Combine(to, System.IO.Path.GetFileName(folder)));

        // The lock is its holder's alone.
        foreach (var file in Directory.EnumerateFiles(from).Where(file => System.IO.Path.GetFileName(file) != "lock")) CopyFile(file, System.IO.Path.Combine(to, System.IO.Path.GetFileName(file)));
    }

    // The engine that has it open goes on writing.
    private static void CopyFile(string from, string to)
    {
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var target = new FileStream(to, FileMode.Create, FileAccess.Write);
        source.CopyTo(target);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
