using System.Diagnostics;
using System.Globalization;

namespace DurableAgentTasks.FunctionsContractHost;

/// <summary>
/// The end of the Functions host and of this worker of it in the middle of everything, as <c>kill -9</c> ends them. Whoever started the host
/// starts it again.
/// </summary>
public static class Restart
{
    private static readonly string DownUntil = Path.Combine(Path.GetTempPath(), "durable-contract-down-until");

    public static void Now(TimeSpan pause)
    {
        File.WriteAllText(DownUntil, (DateTimeOffset.UtcNow + pause).ToString("O", CultureInfo.InvariantCulture));
        using var host = Process.GetProcessById(HostId());
        host.Kill();
        Environment.Exit(1);
    }

    /// <summary>In the next life: waits until the pause is over.</summary>
    public static async Task StayDownAsync()
    {
        if (!File.Exists(DownUntil)) return;
        var left = DateTimeOffset.Parse(await File.ReadAllTextAsync(DownUntil), CultureInfo.InvariantCulture) - DateTimeOffset.UtcNow;
        if (left > TimeSpan.Zero) await Task.Delay(left);
        File.Delete(DownUntil);
    }

    /// <summary>The host is the parent of its worker; its id is the second field after the name: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html</summary>
    private static int HostId() => int.Parse(File.ReadAllText("/proc/self/stat").Split(") ")[^1].Split(' ')[1], CultureInfo.InvariantCulture);
}
