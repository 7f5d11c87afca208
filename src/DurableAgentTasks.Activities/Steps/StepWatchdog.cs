namespace DurableAgentTasks.Activities.Steps;

/// <summary>
/// Ends what a host left running when it was killed, or stands still, before the lease of the task can pass to another one: a process of
/// its own beside a host that is one of several. It begins 40 s after the last renewal, and kills after 5 s; the lease lasts 60 s.
/// </summary>
public sealed class StepWatchdog(StepRuns runs, StepHolds holds, TimeProvider time)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Watches until the host has died and nothing that it held is left: its next life holds that anew, or it was ended.</summary>
    public async Task RunAsync(Task hostDied)
    {
        IReadOnlyList<StepHold>? left = null;
        while (left is not [])
        {
            if (left is null) await Task.WhenAny(hostDied, Task.Delay(LookEvery, time));
            else await Task.Delay(LookEvery, time);
            await Task.WhenAll(holds.All().Where(holds.IsOver).Select(EndAsync));
            if (hostDied.IsCompleted) left = [.. holds.All().Intersect(left ?? holds.All())];
        }
    }

    private async Task EndAsync(StepHold hold)
    {
        using var now = new CancellationTokenSource(Grace, time);
        try
        {
            await runs.EndLostAsync(hold.Task, time, now.Token);
            holds.Remove(hold.Task);
        }
        catch (IOException)
        {
            // The host may be deleting what is looked at. The hold is still there: the next look tries again, and the others are not held up.
        }
    }
}
