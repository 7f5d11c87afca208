namespace DurableAgentTasks.Agents.Processes;

/// <summary>Samples the processes of one run, each time by one listing.</summary>
internal sealed class TreeMeter(RunProcesses run)
{
    private readonly Lock _gate = new();
    private readonly TreeCpu _cpu = new();
    private TimeSpan _cpuTime;

    public TreeUsage Sample()
    {
        // Samples must be added up in the order they were taken.
        lock (_gate)
        {
            var living = run.Look();
            var counted = living.Where(process => !run.IsWrapper(process)).ToList();
            _cpuTime = _cpu.Add(living, run.IsWrapper);
            return new TreeUsage(_cpuTime, counted.Sum(process => process.Use.ResidentBytes), counted.Count);
        }
    }

    /// <summary>Once the run has ended: no look, as its pids may be others' by now.</summary>
    public TreeUsage AfterTheEnd()
    {
        lock (_gate) return new TreeUsage(_cpuTime, 0, 0);
    }
}
