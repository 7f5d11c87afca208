using System.ComponentModel;
using System.Diagnostics;

namespace DurableAgentTasks.Agents.Processes;

/// <summary>
/// What .NET tells without native calls: no parents, sessions or environments. So a run's processes are ended with the wrapper's tree, and
/// those that outlived it are not found. Best effort: not exercised in CI.
/// </summary>
internal sealed class WindowsProcessTable : IProcessTable
{
    public string BootId => "";

    public bool SeesEveryTag => false;

    public IReadOnlyList<ProcessEntry> List(long since)
    {
        var processes = new List<ProcessEntry>();
        foreach (var process in Process.GetProcesses())
            using (process)
                if (Describe(process) is { } entry)
                    processes.Add(entry);
        return processes;
    }

    public ProcessEntry? Find(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return Describe(process);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Only a kill can be sent, and it takes the whole tree; the polite signals do not exist here.</summary>
    public void Send(ProcessIdentity process, Signal signal)
    {
        if (signal != Signal.Kill || Find(process.Pid)?.Id != process) return;
        try
        {
            using var target = Process.GetProcessById(process.Pid);
            target.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception or AggregateException)
        {
            // It ended in between, or is another user's; the next look at the table tells.
        }
    }

    public void SendToGroup(ProcessIdentity leader, Signal signal) => Send(leader, signal);

    private static ProcessEntry? Describe(Process process)
    {
        try
        {
            var id = new ProcessIdentity(process.Id, process.StartTime.ToUniversalTime().Ticks);
            return new ProcessEntry(id, ParentPid: 0, process.Id, process.ProcessName, Tag: null)
            {
                Use = new ProcessUse(process.TotalProcessorTime, ReapedCpu: TimeSpan.Zero, process.WorkingSet64),
            };
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }
}
