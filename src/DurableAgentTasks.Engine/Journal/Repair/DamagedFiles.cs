using DurableAgentTasks.Engine.Journal.Files;

namespace DurableAgentTasks.Engine.Journal.Repair;

/// <summary>The folder beside the journal's files where a repair leaves those that were damaged, as they were.</summary>
internal static class DamagedFiles
{
    public static string FreeName(string directory)
    {
        for (var number = 1; ; number++)
        {
            var name = Path.Combine(directory, $"damaged-{number}");
            if (!Directory.Exists(name)) return name;
        }
    }

    public static void Copy(string directory, string target, IEnumerable<LogFileName> names, IJournalFiles files)
    {
        var unfinished = target + LogFileName.Unfinished;
        if (Directory.Exists(unfinished)) Directory.Delete(unfinished, recursive: true);
        Directory.CreateDirectory(unfinished);
        foreach (var name in names)
        {
            File.Copy(name.In(directory), name.In(unfinished));
            using var copy = files.Open(name.In(unfinished));
            copy.Flush();
        }

        files.FlushDirectory(unfinished);
        Directory.Move(unfinished, target);
        files.FlushDirectory(directory);
    }
}
