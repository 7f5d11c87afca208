using System.Diagnostics;

namespace DurableAgentTasks.Agents.Processes;

/// <summary>
/// Ends processes so that none is left:
/// <list type="number">
/// <item>Take the descendants, before the first signal: when a parent dies, its children no longer tell where they came from.</item>
/// <item>Send the polite signal to the wrappers' groups, and only those: an agent that is interrupted ends its own tools best. Wait for the wrappers.</item>
/// <item>Terminate what is left, and wait until the grace is over.</item>
/// <item>Kill the rest: freeze, look again until nothing new turns up (what is frozen cannot fork), then kill; repeat until none is left.</item>
/// </list>
/// A wrapper outlives its command to record its end, so it is killed only when it alone is left and stays.
/// </summary>
internal sealed class RunEnding(RunProcesses run, IProcessTable table, TimeProvider time)
{
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(10);

    // Where no process but the wrapper is known, killing it is the way to kill the tree.
    private static readonly TimeSpan WrapperLimit = OperatingSystem.IsWindows() ? TimeSpan.Zero : TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestLook = TimeSpan.FromMilliseconds(20);

    private readonly Dictionary<ProcessIdentity, ProcessEntry> _targets = [];
    private readonly HashSet<ProcessIdentity> _killed = [];

    /// <param name="interrupt">False when the command has ended already and only leftovers are ended.</param>
    /// <param name="grace">From the first signal to the kill.</param>
    /// <param name="now">Skips what is left of the grace.</param>
    public async Task<EndingReport> EndAsync(bool interrupt, TimeSpan grace, CancellationToken now)
    {
        var began = time.GetTimestamp();
        using var graceOver = new CancellationTokenSource(grace, time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(graceOver.Token, now);

        // 1.
        var left = Look();
        // 2.
        if (interrupt && !patience.IsCancellationRequested)
        {
            Interrupt(left);
            await Poll.UntilAsync(() => !run.Wrappers.Keys.Any(IsAlive), LongestLook, patience.Token);
            left = Look();
        }

        // 3.
        if (left.Count > 0 && !patience.IsCancellationRequested)
        {
            var asked = new HashSet<ProcessIdentity>();
            await Poll.UntilAsync(() => NoneIsLeft(asked), LongestLook, patience.Token);
            left = Look();
        }

        // 4.
        if (left.Count > 0) left = await KillAsync();
        return Report(left, time.GetElapsedTime(began));
    }

    private void Interrupt(IReadOnlyList<ProcessEntry> living)
    {
        foreach (var wrapper in living.Where(run.IsWrapper))
        {
            var signal = run.Wrappers[wrapper.Id] == PoliteSignal.Terminate ? Signal.Terminate : Signal.Interrupt;
            if (wrapper.LeadsItsSession)
            {
                table.SendToGroup(wrapper.Id, signal);
            }
            else
            {
                // A system without any way to a group of its own: the group is ours too, so each child is asked by itself.
                foreach (var child in living.Where(process => process.ParentPid == wrapper.Id.Pid)) table.Send(child.Id, signal);
            }
        }

        // A process that was stopped takes a signal only once it continues, and one that waits for a stopped child waits for ever.
        foreach (var process in living) table.Send(process.Id, Signal.Continue);
    }

    /// <summary>Takes a look, and asks those to end that it has not asked yet: some may just have been born.</summary>
    private bool NoneIsLeft(HashSet<ProcessIdentity> asked)
    {
        var left = Look();
        foreach (var process in left.Where(process => !run.IsWrapper(process) && asked.Add(process.Id)))
        {
            table.Send(process.Id, Signal.Terminate);
            table.Send(process.Id, Signal.Continue);
        }

        return left.Count == 0;
    }

    private async Task<IReadOnlyList<ProcessEntry>> KillAsync()
    {
        var began = Stopwatch.StartNew();
        var alone = new Stopwatch();
        while (true)
        {
            var left = run.Freeze(Look);
            if (left.Count == 0 || began.Elapsed > KillLimit) return left;

            var wrappers = left.Where(run.IsWrapper).ToList();
            foreach (var process in left.Except(wrappers)) Kill(process.Id);
            foreach (var wrapper in wrappers) table.Send(wrapper.Id, Signal.Continue);

            if (left.Count > wrappers.Count) alone.Reset();
            else alone.Start();
            if (alone.IsRunning && alone.Elapsed >= WrapperLimit) wrappers.ForEach(wrapper => Kill(wrapper.Id));
            using var pause = new CancellationTokenSource(LongestLook);
            await Poll.UntilAsync(() => !left.Any(process => IsAlive(process.Id)), LongestLook, pause.Token);
        }
    }

    private void Kill(ProcessIdentity process)
    {
        _killed.Add(process);
        table.Send(process, Signal.Kill);
    }

    private IReadOnlyList<ProcessEntry> Look()
    {
        var living = run.Look();
        // A listing takes a while, and one that forks and ends meanwhile can slip through; hardly twice.
        if (living.Count == 0) living = run.Look();
        foreach (var process in living.Where(process => !run.IsWrapper(process))) _targets[process.Id] = process;
        return living;
    }

    private bool IsAlive(ProcessIdentity process) => table.Find(process.Pid)?.Id == process;

    private EndingReport Report(IReadOnlyList<ProcessEntry> left, TimeSpan took)
    {
        var remaining = left.Select(process => process.Id).ToHashSet();
        return new EndingReport(
            [.. _targets.Values.Where(process => !remaining.Contains(process.Id)).Select(Describe)], [.. left.Select(Describe)], took);
    }

    private EndedProcess Describe(ProcessEntry process) => new(process.Id.Pid, process.Name, process.Tag, _killed.Contains(process.Id));
}

internal sealed record EndingReport(IReadOnlyList<EndedProcess> Ended, IReadOnlyList<EndedProcess> Remaining, TimeSpan Took);
