using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace DurableAgentTasks.EndToEnd.Hosting;

/// <summary>The living processes of the tasks of one data folder, by the tag in their environment.</summary>
internal static class TaggedProcesses
{
    public static List<string> Of(string data)
    {
        var folder = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(data))).AsSpan(0, 8));
        return [.. Directory.EnumerateDirectories("/proc").Where(process => Read(process, "environ").Contains($"DAT_RUN={folder}/", StringComparison.Ordinal))];
    }

    /// <summary>Whether one of them has this in its command line.</summary>
    public static bool Run(string data, string command) => Of(data).Exists(process => Read(process, "cmdline").Contains(command, StringComparison.Ordinal));

    /// <summary>Ends them as <c>kill -9</c> does, until none is left.</summary>
    public static void KillAll(string data)
    {
        while (Of(data) is { Count: > 0 } living) living.ForEach(process => Kill(int.Parse(Path.GetFileName(process))));
    }

    private static void Kill(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
        }
        catch (ArgumentException)
        {
            // It has just ended.
        }
    }

    private static string Read(string process, string file)
    {
        try
        {
            return int.TryParse(Path.GetFileName(process), out _) ? File.ReadAllText(Path.Combine(process, file)) : "";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It has just ended, or is another user's.
            return "";
        }
    }
}
