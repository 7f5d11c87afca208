using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>
/// The slot a task runs in. It is asked for before the task starts or goes on, renewed while it runs, and given back when it ends or pauses.
/// </summary>
internal sealed class TurnTaking(TaskGeneration task)
{
    /// <summary>A task that waits is told when its turn comes; it asks this often in case that was lost.</summary>
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMinutes(1);

    public async Task TakeAsync()
    {
        var place = await task.CallAsync(TaskActivities.JoinQueue, new JoinQueue(task.TaskId));
        if (place.HasSlot)
        {
            task.Run = task.Run with { SlotRenewedAt = task.Now };
        }
        else if (task.Run.State is TaskState.Created or TaskState.Resuming)
        {
            await WaitAsync(place.Detail);
        }
        else
        {
            GiveWay();
        }
    }

    public async Task LeaveAsync()
    {
        await task.CallAsync(TaskActivities.LeaveQueue, new LeaveQueue(task.TaskId));
        task.Run = task.Run with { SlotRenewedAt = null };
    }

    private async Task WaitAsync(string? detail)
    {
        if (detail != task.Run.Detail)
        {
            task.Timeline.DetailChanged(detail, task.Now);
            task.Run = task.Run with { Detail = detail };
        }

        await task.WaitAsync(task.Now + AskAgainAfter);
    }

    /// <summary>The engine stood still for so long that the slot went to another task: this one stops and waits for its turn again.</summary>
    private void GiveWay()
    {
        task.Run = task.Run with { SlotRenewedAt = task.Now };
        task.Run = task.Run.Pause is { } pause
            ? task.Run with { Pause = pause with { Mode = PauseMode.Stop } }
            : task.Run with
            {
                Pause = new TaskPause(PauseDetails.Suspended),
                Resumption = new TaskResumption(ResumptionKind.Hibernation, By: null, "The task's slot had expired."),
            };
    }
}
