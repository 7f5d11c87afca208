using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Core.Timeouts;
using DurableAgentTasks.Storage.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>The activity <c>ReadPulse</c>: what the heartbeat of the task's step says, on whichever host that runs.</summary>
public sealed class StepPulses(TaskAdmission admission, TaskRecords records, TaskStore store, AgentOptions options, TimeProvider time)
{
    /// <summary>Written every few seconds: one that is older is of a runner that is gone.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    public async Task<StepPulse> ReadAsync(ReadPulse input, CancellationToken cancellationToken)
    {
        var id = TaskId.Parse(input.TaskId);
        var record = await records.ReadAsync(id, cancellationToken);
        var beat = await store.ReadHeartbeatAsync(id, cancellationToken);
        var isAlive = beat is { Alive: true } && time.GetUtcNow() - beat.At <= Lifetime;
        return new StepPulse(isAlive ? beat!.LastActivityAt : null, IdleWarning(record), isAlive ? beat!.Alerts : []) { PausesInDanger = options.PauseInDanger };
    }

    /// <summary>Nobody is warned of a pause that does not come, or that comes first.</summary>
    private TimeSpan? IdleWarning(TaskRecord record)
    {
        var timeouts = admission.Rules.Timeouts;
        return timeouts.IdleWarning < new EffectiveTimeouts(timeouts, record.Request.Timeouts).Idle ? timeouts.IdleWarning : null;
    }
}
