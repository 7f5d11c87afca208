using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>
/// What goes on beside a running step, one thing at a time: a checkpoint that is due, or every 2 min a look at its runner, which tells
/// how far it is, warns of idleness and of resources that are short.
/// </summary>
internal sealed class BesideStep(TaskGeneration task, Checkpointing checkpoints)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(2);

    private RunPulse Pulse
    {
        get => task.Run.Pulse;
        set => task.Run = task.Run with { Pulse = value };
    }

    public Task? UnderWay { get; private set; }

    /// <summary>When the next thing is to begin.</summary>
    public DateTimeOffset? Due => UnderWay is null ? TaskGeneration.Earliest(checkpoints.Due, LookDue) : null;

    private DateTimeOffset? LookDue => (Pulse.LastAt ?? task.Run.Work.BegunAt) + LookEvery;

    /// <summary>Begins what is due, once what is under way is over.</summary>
    public async Task FollowAsync()
    {
        if (UnderWay is { IsCompleted: false }) return;
        await EndAsync();
        if (!checkpoints.IsDue && !(task.Now >= LookDue)) return;

        // What is recorded is what the checkpoint holds.
        await task.SaveAsync();
        UnderWay = checkpoints.IsDue ? checkpoints.TakeBesideAsync() : LookAsync();
    }

    /// <summary>Begins nothing; what is over is no longer under way, so that nobody is woken by it again.</summary>
    public Task SettleAsync() => UnderWay is { IsCompleted: true } ? EndAsync() : Task.CompletedTask;

    /// <summary>Waits for what is under way.</summary>
    public async Task EndAsync()
    {
        if (UnderWay is { } underWay) await underWay;
        UnderWay = null;
    }

    private async Task LookAsync()
    {
        Pulse = Pulse with { LastAt = task.Now };
        var seen = await task.CallAsync(TaskActivities.ReadPulse, new ReadPulse(task.TaskId));
        foreach (var alert in seen.Alerts.Except(Pulse.Alerts)) task.Timeline.Warning("resource_short", alert, task.Now);
        if (seen.LastActivityAt is { } last && task.Now - last >= seen.IdleWarningAfter && last != Pulse.WarnedOf)
        {
            task.Timeline.Warning("idle", $"Neither output, nor CPU, nor changes for {Duration.Format(WholeSeconds(task.Now - last))}.", task.Now);
            Pulse = Pulse with { WarnedOf = last };
        }

        Pulse = Pulse with { Alerts = seen.Alerts };
        task.ShowStatus();
    }

    private static TimeSpan WholeSeconds(TimeSpan span) => TimeSpan.FromSeconds(Math.Floor(span.TotalSeconds));
}
