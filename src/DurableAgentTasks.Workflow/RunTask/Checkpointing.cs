using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>
/// The checkpoints of a task. Between steps the task is in the state <c>checkpointing</c> meanwhile; beside a running step, while there is
/// no plan yet, and while the task rests, a checkpoint is but an entry of the timeline. One that cannot be taken is warned of, and the
/// task goes on.
/// </summary>
internal sealed class Checkpointing(TaskGeneration task)
{
    private RunCheckpoints Checkpoints
    {
        get => task.Run.Checkpoints;
        set => task.Run = task.Run with { Checkpoints = value };
    }

    /// <summary>Whether one is to be taken now, where nothing runs.</summary>
    public bool IsOwed => Checkpoints.Owed.Count > 0
        && (task.Run.State is TaskState.Paused || (task.Run.State is TaskState.Planning or TaskState.Executing && task.Run.Restore is null));

    /// <summary>When the next one beside a running step is due.</summary>
    public DateTimeOffset? Due => Checkpoints.Owed.Count > 0 ? task.Now : Checkpoints.LastAt + task.Run.Outline.CheckpointInterval;

    public bool IsDue => task.Now >= Due;

    /// <summary>Takes those that are owed, where nothing runs.</summary>
    public async Task TakeOwedAsync()
    {
        while (Checkpoints.Owed is [var next, ..]) await TakeAsync(next);
    }

    /// <summary>Takes one where nothing runs, unless nothing was carried out since the last one.</summary>
    public Task TakeUnlessFreshAsync(CheckpointType type, string description, string? by = null, string? reason = null) =>
        Checkpoints.Fresh ? Task.CompletedTask : TakeAsync(new OwedCheckpoint(type, description) { By = by, Reason = reason });

    /// <summary>Takes the one that is due beside a running step; what there is to tell must have been saved.</summary>
    public Task TakeBesideAsync() =>
        CallAsync(Checkpoints.Owed is [var owed, ..] ? owed : new OwedCheckpoint(CheckpointType.Automatic, "While a step runs."));

    private async Task TakeAsync(OwedCheckpoint owed)
    {
        var moves = task.Run.State == TaskState.Executing;
        if (moves) task.Move(TaskState.Checkpointing, WireName.Of(owed.Type), by: owed.By, reason: owed.Reason);
        await task.SaveAsync();
        await CallAsync(owed);
        if (moves) task.Move(TaskState.Executing, "checkpointed");
        Checkpoints = Checkpoints with { Fresh = true };
    }

    private async Task CallAsync(OwedCheckpoint owed)
    {
        // Taken off first: whoever asks for another meanwhile asks for another.
        Checkpoints = Checkpoints with { Owed = [.. Checkpoints.Owed.Where(other => other != owed)], LastAt = task.Now };
        var taken = await task.CallAsync(
            TaskActivities.TakeCheckpoint,
            new TakeCheckpoint(task.TaskId, task.NewCheckpointId(), owed.Type, owed.Description, owed.Reason, task.Now));
        if (taken.Checkpoint is { } checkpoint)
        {
            var good = task.Run.IsBefore4 ? owed.Type != CheckpointType.Recovery : !Checkpoints.Unsettled;
            task.Timeline.CheckpointTaken(checkpoint, owed.Description, owed.By, owed.Reason, task.Now, good);
            Checkpoints = Checkpoints with { LastId = checkpoint.Id, LastGoodId = good ? checkpoint.Id : Checkpoints.LastGoodId };
        }

        if (taken.Problem is { } problem && problem != Checkpoints.ToldProblem)
            task.Timeline.Warning(taken.Checkpoint is null ? "checkpoint_failed" : "checkpoint_incomplete", problem, task.Now);
        Checkpoints = Checkpoints with { ToldProblem = taken.Problem };
    }
}
