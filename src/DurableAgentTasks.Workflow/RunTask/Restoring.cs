using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>Brings the work tree back to a checkpoint, and the task to where it stood then: the steps that were not over are done again.</summary>
internal sealed class Restoring(TaskGeneration task)
{
    public async Task RestoreAsync(OwedRestore owed)
    {
        await task.SaveAsync();
        var restored = await task.CallAsync(
            TaskActivities.RestoreCheckpoint, new RestoreCheckpoint(task.TaskId, owed.CheckpointId, task.NewCheckpointId(), task.Now));
        task.Run = task.Run with { Restore = restored.Checkpoint is null ? task.Run.LastingRestore : null };
        if (restored.Checkpoint is not { } checkpoint)
        {
            Fail(owed, restored.Problem ?? "There is no checkpoint.");
            return;
        }

        if (restored.Problem is { } problem) task.Timeline.Warning("restored_another", problem, task.Now);
        if (owed.TreeOnly) task.Timeline.Restored(new RestoredData(checkpoint, restored.Safety, []) { TreeOnly = true }, owed.Reason, task.Now);
        else GoBack(checkpoint, restored, owed.Reason);
    }

    private void GoBack(CheckpointReference checkpoint, RestoredCheckpoint restored, string? reason)
    {
        var run = task.Run;
        var over = restored.CompletedSteps.ToHashSet();
        var back = run.IsPlanned ? run.At(over) : run;
        var data = new RestoredData(checkpoint, restored.Safety, [.. run.Behind.Except(back.Behind)]) { Over = [.. back.Behind.Except(run.Behind)] };
        task.Timeline.Restored(data, reason, task.Now);
        var present = run.Step;
        var stays = back.Step?.Id == present?.Id;
        var step = back.Step?.Id ?? "";
        task.Run = back with
        {
            Work = (stays ? run.Work : new StepWork { Attempt = restored.Attempts.GetValueOrDefault(step) }) with
            {
                Session = restored.Sessions.GetValueOrDefault(step),
            },
            Attempts = restored.Attempts,
            Deadlines = stays || run.PhasesDone == back.PhasesDone ? back.Deadlines : back.Deadlines.EndPhase(),
            Checkpoints = back.Checkpoints with { LastId = checkpoint.Id, LastGoodId = checkpoint.Id, Fresh = true, Unsettled = false },
        };
    }

    /// <summary>Nothing was touched.</summary>
    private void Fail(OwedRestore owed, string problem)
    {
        task.Timeline.Warning("restore_failed", problem, task.Now);
        if (task.Run.LastingRestore is not null) problem = $"{problem} The task cannot go on without it: a resume tries again, or restores the checkpoint it names.";
        if (owed.Required) task.Run = task.Run with { Pause = task.Run.Pause ?? new TaskPause(PauseDetails.Operator) { By = owed.By, Reason = problem } };
    }
}
