namespace DurableAgentTasks.Activities.Workspaces;

/// <summary>Names a data folder for other hosts: made up once and kept in it, so that another folder at the same path is another host.</summary>
internal static class HostId
{
    private const string FileName = "host";

    /// <exception cref="IOException">It cannot be written.</exception>
    public static string Of(string dataFolder)
    {
        var path = Path.Combine(dataFolder, FileName);
        if (Read(path) is { } known) return known;
        Directory.CreateDirectory(dataFolder);
        var made = $"{path}.{Guid.NewGuid():n}";
        File.WriteAllText(made, Guid.NewGuid().ToString("n"));
        File.Move(made, path, overwrite: true);
        return Read(path) ?? throw new IOException($"{path} cannot be read.");
    }

    private static string? Read(string path) => File.Exists(path) && File.ReadAllText(path) is { Length: > 0 } id ? id : null;
}
