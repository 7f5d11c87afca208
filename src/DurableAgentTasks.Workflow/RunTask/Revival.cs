using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>
/// Begins another generation of a task that failed, or whose history was lost: it goes on from its stored record, with its time in full.
/// </summary>
/// <param name="By">The operator.</param>
/// <param name="Reason">Why, in their words.</param>
/// <param name="CheckpointId">The checkpoint that is restored first; <see langword="null"/> goes on with the tree as it is.</param>
public sealed record Revival(string? By, string? Reason, string? CheckpointId)
{
    /// <summary>Tells it from the body of a start.</summary>
    public bool ReviveTask { get; init; } = true;

    /// <summary>The revival, or <see langword="null"/> if <paramref name="input"/> is something else.</summary>
    public static Revival? Read(JsonElement input) =>
        input.ValueKind == JsonValueKind.Object && input.TryGetProperty("reviveTask", out _) ? input.Deserialize<Revival>(TaskJson.Options) : null;

    /// <returns><see langword="null"/> if the task has ended for good.</returns>
    internal async Task<TaskRun?> ReviveAsync(IDurableContext context)
    {
        var now = context.CurrentUtcDateTime;
        var revived = await context.CallAsync(TaskActivities.Revive, new ReviveTask(context.InstanceId, now));
        if (TaskLifecycle.IsTerminal(revived.State)) return null;
        now = context.CurrentUtcDateTime;
        HashSet<string> over = [.. revived.CompletedSteps, .. revived.SkippedSteps];
        var lost = revived.TreeIsLost
            ? new OwedRestore(revived.LastCheckpoint, By: null, "The work tree is on another host, or gone.") { Lasts = true }
            : null;
        var run = new TaskRun
        {
            RunTaskVersion = revived.RunTaskVersion,
            Outline = revived.Outline,
            State = revived.State,
            NextEntry = revived.NextEntry,
            Epoch = revived.Epoch,
            Skipped = revived.SkippedSteps,
            Attempts = revived.Attempts,
            Fence = revived.Fence,
            Deadlines = RunDeadlines.Of(revived.Outline.TaskTimeout, now).Rest(now),
            Checkpoints = new RunCheckpoints { LastId = revived.LastCheckpoint, LastGoodId = revived.LastGoodCheckpoint },
            Restore = CheckpointId is { } id ? new OwedRestore(id, By, Reason) { Otherwise = lost } : lost,
        }.At(over);
        return run.Step is not { } step ? run : run with
        {
            Work = new StepWork { Session = revived.Sessions.GetValueOrDefault(step.Id) },
            Checkpoints = run.Checkpoints with { Unsettled = run.IsPlanned && revived.Attempts.ContainsKey(step.Id) },
        };
    }

    /// <summary>Brings the task by the lifecycle's own ways to where it waits for its turn.</summary>
    internal void GoOn(TaskGeneration task)
    {
        if (task.Run.State == TaskState.Created) return;
        task.Timeline.OperatorAction(OperatorEvents.Resume, By, Reason, task.Now);
        if (task.Run.State == TaskState.Completing) task.Move(TaskState.Failed, "history_lost");
        if (TaskLifecycle.CanPause(task.Run.State) && task.Run.State != TaskState.Resuming) task.Move(TaskState.Paused, "history_lost", PauseDetails.Suspended);
        task.Timeline.Resumption(ResumptionKind.UserRequest, Reason, task.Now);
        if (task.Run.State != TaskState.Resuming) task.Move(TaskState.Resuming, OperatorEvents.Resume, by: By, reason: Reason);
    }
}
