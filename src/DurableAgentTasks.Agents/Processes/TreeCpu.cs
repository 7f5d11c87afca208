namespace DurableAgentTasks.Agents.Processes;

/// <summary>
/// Adds up the CPU time of a tree whose processes come and go, counting nothing twice:
/// <list type="number">
/// <item>A living process counts with its own time and with that of the children it has waited for, as the system keeps it.</item>
/// <item>One that is gone ought to be in what its nearest living ancestor has waited for since the last sample.</item>
/// <item>What is not there nobody keeps, as the parent ignores its children or died before them: it is kept here.</item>
/// </list>
/// </summary>
internal sealed class TreeCpu
{
    private Dictionary<int, ProcessEntry> _before = [];
    private TimeSpan _kept;

    /// <param name="now">All processes of the run.</param>
    /// <param name="isWrapper">Whose own time does not count.</param>
    public TimeSpan Add(IEnumerable<ProcessEntry> now, Predicate<ProcessEntry> isWrapper)
    {
        var living = now.ToDictionary(process => process.Id.Pid);

        // 2.
        var missing = new Dictionary<int, TimeSpan>();
        foreach (var gone in _before.Values.Where(process => !Lives(process)))
        {
            if (Heir(gone) is { } heir) missing[heir] = missing.GetValueOrDefault(heir) + Counted(gone);
            else _kept += Counted(gone);
        }

        // 3.
        foreach (var (heir, time) in missing)
        {
            var waitedFor = living[heir].Use.ReapedCpu - _before[heir].Use.ReapedCpu;
            if (waitedFor < time) _kept += time - waitedFor;
        }

        // 1.
        _before = living;
        return living.Values.Aggregate(_kept, (sum, process) => sum + Counted(process));

        bool Lives(ProcessEntry process) => living.GetValueOrDefault(process.Id.Pid)?.Id == process.Id;

        int? Heir(ProcessEntry process)
        {
            while (_before.TryGetValue(process.ParentPid, out var parent) && parent.Id != process.Id)
            {
                if (Lives(parent)) return parent.Id.Pid;
                process = parent;
            }

            return null;
        }

        TimeSpan Counted(ProcessEntry process) => (isWrapper(process) ? TimeSpan.Zero : process.Use.Cpu) + process.Use.ReapedCpu;
    }
}
