using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Core.Timeouts;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Http.Status;

/// <summary>What the runner of a task's step says of it, and its log; its record does not know: no ETag changes with it.</summary>
internal sealed class LiveStatus(TaskStore store, LogCounters logs, TaskAdmission admission, TimeProvider time)
{
    public async Task<TaskView> AddAsync(TaskView view, TaskRecord task, CancellationToken cancellationToken)
    {
        view = view with { Counts = await logs.CountAsync(task, cancellationToken) };
        if (TaskLifecycle.HasEnded(task.State) || await store.ReadHeartbeatAsync(task.Id, cancellationToken) is not { } beat || !beat.IsAlive(time.GetUtcNow())) return view;
        return view with { Resources = beat.Resources, Deadlines = DeadlinesOf(view.Deadlines, task, beat) };
    }

    /// <summary>While nothing is to run, nobody waits for a sign of life.</summary>
    private TaskDeadlines? DeadlinesOf(TaskDeadlines? told, TaskRecord task, TaskHeartbeat beat)
    {
        var limit = new EffectiveTimeouts(admission.Rules.Timeouts, task.Request.Timeouts).Idle;
        if (limit is null || task.State == TaskState.Paused) return told;
        return (told ?? new TaskDeadlines(Task: null, Phase: null, Idle: null)) with { Idle = beat.LastActivityAt + limit };
    }
}
