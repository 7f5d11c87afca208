using System.Security.Cryptography;
using System.Text;

namespace DurableAgentTasks.EndToEnd.Hosting;

/// <summary>The living processes of the tasks of one data folder, by the tag in their environment.</summary>
internal static class TaggedProcesses
{
    public static List<string> Of(string data)
    {
        var folder = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(data))).AsSpan(0, 8));
        return [.. Directory.EnumerateDirectories("/proc").Where(process => Environment(process).Contains($"DAT_RUN={folder}/", StringComparison.Ordinal))];
    }

    private static string Environment(string process)
    {
        try
        {
            return int.TryParse(Path.GetFileName(process), out _) ? File.ReadAllText(Path.Combine(process, "environ")) : "";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It has just ended, or is another user's.
            return "";
        }
    }
}
