using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>
/// A task that nothing runs of: after a checkpoint it gives its slot back, its clock stands still, and it rests until somebody, or a
/// time, resumes it.
/// </summary>
internal sealed class Pausing(TaskGeneration task, TurnTaking turns, Checkpointing checkpoints)
{
    public Task PauseOrRestAsync(TaskPause pause) =>
        task.Run.State != TaskState.Paused ? PauseAsync(pause)
        : task.Run.SlotRenewedAt is not null ? SettleAsync(pause)
        : RestAsync(pause);

    private async Task PauseAsync(TaskPause pause)
    {
        await TakeCheckpointAsync(pause);
        await task.CountSuspensionsAsync();
        var trigger = pause.Detail == PauseDetails.Operator ? OperatorEvents.Pause : pause.Detail;
        task.Move(TaskState.Paused, trigger, pause.Detail, pause.By, pause.Reason);
        task.Run = task.Run with { Deadlines = task.Run.Deadlines.Rest(task.Now) };
        await turns.LeaveAsync();
        await task.SaveAsync();
    }

    /// <summary>What was frozen is stopped, or has ended.</summary>
    private async Task SettleAsync(TaskPause pause)
    {
        await TakeCheckpointAsync(pause);
        await turns.LeaveAsync();
        await task.SaveAsync();
    }

    private Task TakeCheckpointAsync(TaskPause pause) => pause.Detail switch
    {
        // What is stopped in an emergency is touched no more; and another task may work in the tree of one that lost its slot.
        PauseDetails.Emergency or PauseDetails.Suspended when !pause.TakesCheckpoint => Task.CompletedTask,
        _ when task.Run.State is TaskState.Resuming => Task.CompletedTask,
        PauseDetails.Operator => checkpoints.TakeUnlessFreshAsync(CheckpointType.Manual, "Before a pause.", pause.By, pause.Reason),
        _ => checkpoints.TakeUnlessFreshAsync(CheckpointType.Recovery, $"Before a pause ({pause.Detail}).", reason: pause.Reason),
    };

    private async Task RestAsync(TaskPause pause)
    {
        if (pause.Detail != task.Run.Detail)
        {
            // An operator has paused what would have gone on by itself.
            task.Timeline.DetailChanged(pause.Detail, task.Now);
            task.Run = task.Run with { Detail = pause.Detail };
        }

        if (task.Now >= pause.Until && task.Run.Resumption is null) TimeIsOver(pause);
        if (task.Run.Resumption is { } resumption) Resume(pause, resumption);
        else await task.WaitAsync(pause.Until);
    }

    private void TimeIsOver(TaskPause pause)
    {
        var verdict = pause.Detail == PauseDetails.Approval && task.Run.Step is { } step ? Approving.Default(step) : task.Run.Verdict;
        var kind = pause.Detail == PauseDetails.Approval ? ResumptionKind.Timeout : ResumptionKind.Quota;
        var reason = pause.Detail == PauseDetails.Approval ? verdict?.Reason : pause.Reason;
        task.Run = task.Run with { Verdict = verdict, Resumption = new TaskResumption(kind, By: null, reason) };
    }

    private void Resume(TaskPause pause, TaskResumption resumption)
    {
        task.Timeline.Resumption(resumption.Kind, resumption.Reason, task.Now);
        var trigger = resumption.Kind == ResumptionKind.UserRequest ? OperatorEvents.Resume : WireName.Of(resumption.Kind);
        task.Move(TaskState.Resuming, trigger, by: resumption.By, reason: resumption.Reason);

        // An operator who names no checkpoint goes on with the tree as it is, if there is one. A phase whose time was over gets it in full
        // again, and so does a spent budget.
        var run = task.Run;
        if (!run.IsBefore6) run = run with { Deadlines = run.Deadlines with { SuspensionsKnownUntil = task.Now } };
        task.Run = run with
        {
            Pause = null,
            Resumption = null,
            Restore = resumption.CheckpointId is { } id ? new OwedRestore(id, resumption.By, resumption.Reason) { Otherwise = run.LastingRestore }
                : run.Restore is { Required: false } ? run.Restore
                : run.LastingRestore,
            Deadlines = pause.Detail == PauseDetails.PhaseTimeout ? run.Deadlines with { Phase = null } : run.Deadlines,
            BudgetsGranted = run.BudgetsGranted + (pause.Detail == PauseDetails.Budget ? 1 : 0),
        };
    }
}
