using System.Diagnostics;
using System.Globalization;

namespace DurableAgentTasks.Agents.Processes;

/// <summary>
/// Asks <c>ps</c>, for macOS and other Unixes without <c>/proc</c>. Start times are Unix seconds. macOS hides the environment of its own
/// protected programs (/bin/sh, /bin/sleep), so there the tag finds less and descent and process group must do.
/// </summary>
internal sealed class PsProcessTable : IProcessTable
{
    private const string Columns = "pid=,ppid=,pgid=,state=,lstart=,time=,rss=,comm=";

    public string BootId => "";

    public bool SeesEveryTag => false;

    public IReadOnlyList<ProcessEntry> List(long since)
    {
        var tags = ReadTags();
        return
        [
            .. Run("-axww", "-o", Columns)
                .Select(Parse)
                .OfType<ProcessEntry>()
                .Select(process => process.Id.StartTime >= since ? process with { Tag = tags.GetValueOrDefault(process.Id.Pid) } : process),
        ];
    }

    public ProcessEntry? Find(int pid) => Run("-ww", "-p", pid.ToString(), "-o", Columns).Select(Parse).FirstOrDefault();

    public void Send(ProcessIdentity process, Signal signal)
    {
        if (Find(process.Pid)?.Id == process) PosixSignals.Send(process.Pid, signal);
    }

    public void SendToGroup(ProcessIdentity leader, Signal signal)
    {
        if (Find(leader.Pid)?.Id == leader) PosixSignals.SendToGroup(leader.Pid, signal);
    }

    private static ProcessEntry? Parse(string line)
    {
        // pid ppid pgid state Mon Nov 21 07:44:00 2025 0:01.23 5678 name, which may hold spaces
        const int date = 4, cpu = 9, resident = 10, name = 11;
        var fields = line.Split(' ', name + 1, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (fields.Length <= name || fields[3].StartsWith('Z')) return null;
        var started = DateTimeOffset.ParseExact(
            string.Join(' ', fields[(date + 1)..cpu]), "MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal);
        return new ProcessEntry(
            new ProcessIdentity(int.Parse(fields[0]), started.ToUnixTimeSeconds()),
            int.Parse(fields[1]), int.Parse(fields[2]), Path.GetFileName(fields[name]), Tag: null)
        {
            Use = new ProcessUse(CpuTime(fields[cpu]), ReapedCpu: TimeSpan.Zero, long.Parse(fields[resident]) * 1024),
        };
    }

    /// <summary>[[days-]hours:]minutes:seconds[.hundredths], of which minutes may exceed 60.</summary>
    internal static TimeSpan CpuTime(string text)
    {
        var days = text.IndexOf('-') is >= 0 and var dash ? int.Parse(text.AsSpan(0, dash)) : 0;
        var seconds = text[(text.IndexOf('-') + 1)..].Split(':').Aggregate(0.0, (sum, part) => (sum * 60) + double.Parse(part, CultureInfo.InvariantCulture));
        return TimeSpan.FromDays(days) + TimeSpan.FromSeconds(seconds);
    }

    /// <summary>The environment follows the command, each variable after a space; a tag holds none.</summary>
    private static Dictionary<int, string> ReadTags()
    {
        const string entry = $" {RunTag.Variable}=";
        var tags = new Dictionary<int, string>();
        foreach (var line in Run(OperatingSystem.IsMacOS() ? "-axEww" : "axeww", "-o", "pid=,command="))
        {
            // The last one: an argument of the command may look like it, the environment comes after.
            var at = line.LastIndexOf(entry, StringComparison.Ordinal);
            if (at < 0) continue;
            var pid = int.Parse(line.TrimStart().Split(' ', 2)[0]);
            tags[pid] = line[(at + entry.Length)..].Split(' ', 2)[0];
        }

        return tags;
    }

    private static List<string> Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("ps", arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["LC_ALL"] = "C";
        // The listing itself is nobody's run.
        start.Environment.Remove(RunTag.Variable);
        using var ps = Process.Start(start) ?? throw new InvalidOperationException("ps could not be started.");
        var lines = new List<string>();
        while (ps.StandardOutput.ReadLine() is { } line) lines.Add(line);
        ps.WaitForExit();
        return lines;
    }
}
