using System.Globalization;
using System.Text;

namespace DurableAgentTasks.Agents.Processes;

/// <summary>Reads <c>/proc</c>. Start times are field 22 of <c>stat</c>: clock ticks since boot.</summary>
internal sealed class LinuxProcessTable : IProcessTable
{
    private static readonly byte[] TagEntry = Encoding.ASCII.GetBytes($"\0{RunTag.Variable}=");

    // PF_KTHREAD: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html. It runs no program and has no environment.
    private const uint KernelThread = 0x0020_0000;

    public string BootId { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    public bool SeesEveryTag => true;

    public IReadOnlyList<ProcessEntry> List(long since)
    {
        var processes = new List<ProcessEntry>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, null, out var pid)) continue;
            if (Find(pid) is not { } process) continue;
            processes.Add(process.Id.StartTime >= since ? WithTag(process) : process);
        }

        return processes;
    }

    public ProcessEntry? Find(int pid) => ReadFile(pid, "stat") is { Length: > 0 } stat ? Parse(pid, Encoding.UTF8.GetString(stat)) : null;

    public void Send(ProcessIdentity process, Signal signal)
    {
        if (Find(process.Pid)?.Id == process) PosixSignals.Send(process.Pid, signal);
    }

    public void SendToGroup(ProcessIdentity leader, Signal signal)
    {
        if (Find(leader.Pid)?.Id == leader) PosixSignals.SendToGroup(leader.Pid, signal);
    }

    /// <summary>"pid (name) state ppid pgrp session …": a name may hold spaces and parentheses, so fields count from the last one.</summary>
    private static ProcessEntry? Parse(int pid, string stat)
    {
        var open = stat.IndexOf('(');
        var close = stat.LastIndexOf(')');
        if (open < 0 || close < open) return null;
        const int state = 0, parent = 1, session = 3, flags = 6, user = 11, system = 12, reapedUser = 13, reapedSystem = 14, startTime = 19, resident = 21;
        var fields = stat[(close + 2)..].Split(' ');
        if (fields.Length <= resident || fields[state] is "Z" or "X" || (uint.Parse(fields[flags]) & KernelThread) != 0) return null;
        var id = new ProcessIdentity(pid, long.Parse(fields[startTime]));
        var use = new ProcessUse(
            Ticks(fields[user]) + Ticks(fields[system]),
            Ticks(fields[reapedUser]) + Ticks(fields[reapedSystem]),
            long.Parse(fields[resident]) * Environment.SystemPageSize);
        return new ProcessEntry(id, int.Parse(fields[parent]), int.Parse(fields[session]), stat[(open + 1)..close], Tag: null) { Use = use };
    }

    /// <summary>USER_HZ is 100 on every architecture that .NET runs on.</summary>
    private static TimeSpan Ticks(string field) => TimeSpan.FromMilliseconds(10 * long.Parse(field));

    /// <summary>With what the environment says that the process was started with, unless it has written over it.</summary>
    private static ProcessEntry WithTag(ProcessEntry process)
    {
        var environment = ReadFile(process.Id.Pid, "environ");
        return process with { Tag = TagIn(environment), HasNoEnvironment = environment is { Length: 0 } };
    }

    private static string? TagIn(ReadOnlySpan<byte> environment)
    {
        int start;
        if (environment.StartsWith(TagEntry.AsSpan(1))) start = TagEntry.Length - 1;
        else if (environment.IndexOf(TagEntry) is >= 0 and var at) start = at + TagEntry.Length;
        else return null;
        var value = environment[start..];
        return Encoding.UTF8.GetString(value.IndexOf((byte)0) is >= 0 and var end ? value[..end] : value);
    }

    private static byte[]? ReadFile(int pid, string file)
    {
        try
        {
            return File.ReadAllBytes($"/proc/{pid}/{file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended in between, or is another user's.
            return null;
        }
    }
}
