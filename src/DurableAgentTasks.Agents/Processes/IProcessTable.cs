namespace DurableAgentTasks.Agents.Processes;

/// <summary>
/// The processes of this machine. Three implementations: <see cref="LinuxProcessTable"/> reads <c>/proc</c>,
/// <see cref="PsProcessTable"/> asks <c>ps</c> on other Unixes, <see cref="WindowsProcessTable"/> asks .NET. Zombies are not listed:
/// they have ended.
/// </summary>
internal interface IProcessTable
{
    /// <summary>Which boot start times count from; empty where they are absolute.</summary>
    string BootId { get; }

    /// <summary>Whether the tag of each of our own processes can be read; where not, a missing tag says nothing.</summary>
    bool SeesEveryTag { get; }

    /// <summary>Every living process. Tags are read of those that started at or after <paramref name="since"/>.</summary>
    IReadOnlyList<ProcessEntry> List(long since);

    /// <summary>One living process, without its tag.</summary>
    ProcessEntry? Find(int pid);

    /// <summary>
    /// Signals one process, if it still is the one meant. Between the look and the signal lie microseconds, in which a pid would have to
    /// be freed and the whole range of pids be used up.
    /// </summary>
    void Send(ProcessIdentity process, Signal signal);

    /// <summary>Signals the process group of <paramref name="leader"/>, which cannot be another's while the leader lives.</summary>
    void SendToGroup(ProcessIdentity leader, Signal signal);
}

internal enum Signal
{
    Interrupt,
    Terminate,
    Kill,
    Stop,
    Continue,
}

internal static class ProcessTable
{
    public static IProcessTable Current { get; } =
        OperatingSystem.IsLinux() ? new LinuxProcessTable()
        : OperatingSystem.IsWindows() ? new WindowsProcessTable()
        : new PsProcessTable();
}
