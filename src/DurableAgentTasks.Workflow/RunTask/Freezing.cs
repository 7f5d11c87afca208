using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>
/// A pause in which the attempt under way stands still where it is. It keeps the task's slot, for a short break only: then, or if a
/// checkpoint is to be restored, it becomes a stop.
/// </summary>
internal sealed class Freezing(TaskGeneration task)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private TaskRun Run
    {
        get => task.Run;
        set => task.Run = value;
    }

    public DateTimeOffset? Due => Run.Work.FrozenSince + Longest;

    /// <summary>Brings the attempt under way to what operators want of it.</summary>
    public async Task FollowAsync(StepOutline step)
    {
        if (Run.Pause is not { Mode: PauseMode.Freeze } pause || Run.Cancel is not null) return;
        if (!Run.Work.IsFrozen) await FreezeAsync(step, pause);
        else if (Run.Resumption is { CheckpointId: null } resumption) await ThawAsync(step, resumption);
        else if (Run.Resumption is not null || task.Now >= Due) Run = Run with { Pause = pause with { Mode = PauseMode.Stop } };
    }

    private async Task FreezeAsync(StepOutline step, TaskPause pause)
    {
        if (!await CallAsync(step, frozen: true))
        {
            // Nothing of it runs, so that nothing can stand still.
            Run = Run with { Pause = pause with { Mode = PauseMode.Stop } };
            return;
        }

        await task.CountSuspensionsAsync();
        task.Move(TaskState.Paused, OperatorEvents.Pause, pause.Detail, pause.By, pause.Reason);
        Run = Run with { Work = Run.Work with { FrozenSince = task.Now }, Deadlines = Run.Deadlines.Rest(task.Now) };
    }

    private async Task ThawAsync(StepOutline step, TaskResumption resumption)
    {
        await CallAsync(step, frozen: false);
        task.Timeline.Resumption(resumption.Kind, resumption.Reason, task.Now);
        task.Move(TaskState.Resuming, OperatorEvents.Resume, by: resumption.By, reason: resumption.Reason);
        Run = Run with
        {
            Pause = null,
            Resumption = null,
            Work = Run.Work with { BegunAt = Run.Work.BegunAt + (task.Now - Run.Work.FrozenSince), FrozenSince = null },
            Deadlines = Run.Deadlines.GoOn(task.Now),
        };
        task.Move(Run.IsPlanned ? TaskState.Executing : TaskState.Planning, "resumed");
    }

    private Task<bool> CallAsync(StepOutline step, bool frozen) =>
        task.CallAsync(TaskActivities.FreezeStep, new FreezeStep(task.TaskId, step.Id, Run.Work.Attempt, frozen));
}
