using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Resources;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>
/// What goes on beside a running step, one thing at a time: a checkpoint that is due, or every 2 min a look at its runner, which tells
/// how far it is, warns of idleness and of resources that are short, and secures the work if the host is in danger.
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
        List<string> alerts = [.. task.Run.IsBefore7 ? seen.Alerts.Except(Pulse.Alerts) : ResourceAlerts.New(seen.Alerts, Pulse.Alerts)];
        foreach (var alert in alerts) task.Timeline.Warning("resource_short", alert, task.Now);
        if (!task.Run.IsBefore7 && alerts.Find(ResourceAlerts.Endangers) is { } danger) Secure(danger, seen.PausesInDanger);
        if (seen.LastActivityAt is { } last && task.Now - last >= seen.IdleWarningAfter && last != Pulse.WarnedOf)
        {
            task.Timeline.Warning("idle", $"Neither output, nor CPU, nor changes for {Duration.Format(WholeSeconds(task.Now - last))}.", task.Now);
            Pulse = Pulse with { WarnedOf = last };
        }

        Pulse = Pulse with { Alerts = seen.Alerts };
        task.ShowStatus();
    }

    /// <summary>What the host may lose soon is kept before that, and the task is paused too if the operator has set so.</summary>
    private void Secure(string danger, bool pauses)
    {
        var reason = $"The host is short of {danger}.";
        task.Run = pauses
            ? task.Run with { Pause = task.Run.Pause ?? new TaskPause(PauseDetails.Emergency) { Reason = reason, TakesCheckpoint = true } }
            : task.Run with { Checkpoints = task.Run.Checkpoints.Owe(new OwedCheckpoint(CheckpointType.Automatic, reason)) };
    }

    private static TimeSpan WholeSeconds(TimeSpan span) => TimeSpan.FromSeconds(Math.Floor(span.TotalSeconds));
}
