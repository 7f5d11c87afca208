using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>A task that nothing runs of: it gives its slot back, its clock stands still, and it rests until somebody, or a time, resumes it.</summary>
internal sealed class Pausing(TaskGeneration task, TurnTaking turns)
{
    public Task PauseOrRestAsync(TaskPause pause) => task.Run.State == TaskState.Paused ? RestAsync(pause) : PauseAsync(pause);

    private async Task PauseAsync(TaskPause pause)
    {
        var trigger = pause.Detail == PauseDetails.Operator ? OperatorEvents.Pause : pause.Detail;
        task.Move(TaskState.Paused, trigger, pause.Detail, pause.By, pause.Reason);
        task.Run = task.Run with { Deadlines = task.Run.Deadlines.Rest(task.Now) };
        await turns.LeaveAsync();
        await task.SaveAsync();
    }

    private async Task RestAsync(TaskPause pause)
    {
        if (pause.Detail != task.Run.Detail)
        {
            // An operator has paused what would have gone on by itself.
            task.Timeline.DetailChanged(pause.Detail, task.Now);
            task.Run = task.Run with { Detail = pause.Detail };
        }

        var due = task.Now >= pause.Until ? new TaskResumption(ResumptionKind.Quota, By: null, pause.Reason) : null;
        if ((task.Run.Resumption ?? due) is { } resumption) Resume(pause, resumption);
        else await task.WaitAsync(null, pause.Until);
    }

    private void Resume(TaskPause pause, TaskResumption resumption)
    {
        task.Timeline.Resumption(resumption.Kind, resumption.Reason, task.Now);
        var trigger = resumption.Kind == ResumptionKind.UserRequest ? OperatorEvents.Resume : WireName.Of(resumption.Kind);
        task.Move(TaskState.Resuming, trigger, by: resumption.By, reason: resumption.Reason);

        // A phase whose time was over gets it in full again.
        var deadlines = task.Run.Deadlines;
        if (pause.Detail == PauseDetails.PhaseTimeout) deadlines = deadlines with { Phase = null };
        task.Run = task.Run with { Pause = null, Resumption = null, Deadlines = deadlines };
    }
}
