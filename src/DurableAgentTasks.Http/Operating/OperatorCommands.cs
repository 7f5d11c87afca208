using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Starting;
using DurableAgentTasks.Http.Status;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Http.Operating;

/// <param name="Accepted">Whether what was asked for is, or will be, in effect.</param>
/// <param name="Task">As it stands; <see langword="null"/> if there is none.</param>
internal sealed record CommandOutcome(bool Accepted, TaskRecord? Task);

/// <summary>
/// Tells tasks what operators ask.
/// <list type="number">
/// <item>One that runs is told by an event, and woken if it is suspended; its orchestration does the rest.</item>
/// <item>One whose orchestration is over (it failed) has nobody to tell: it can be cancelled all the same.</item>
/// </list>
/// </summary>
internal sealed class OperatorCommands(TaskStore store, ITaskClient client, TaskStatusReader status, TaskStarts starts, FailedTasks failed)
{
    // A task moves on while it is looked at, but not for ever.
    private const int MaxLooks = 5;

    public async Task<CommandOutcome> SendAsync(TaskId id, OperatorVerb verb, OperatorCommand command, CancellationToken cancellationToken)
    {
        for (var look = 1; ; look++)
        {
            var instance = await client.GetAsync(id.Value, payloads: false, cancellationToken);
            if (await status.ReadAsync(id, instance, cancellationToken) is not { } task) return new(Accepted: false, Task: null);
            if (!verb.AppliesTo(task.State)) return new(Accepted: look > 1 && WireName.Of(task.State) == verb.Done, task);
            var done = instance is null && await store.ReadRecordAsync<TaskRecord>(id, cancellationToken) is null
                ? await ScheduleAsync(id, cancellationToken)
                : instance is { HasEnded: false } && !TaskLifecycle.HasEnded(task.State) ? await TellAsync(instance, verb, command, cancellationToken)
                : verb == OperatorVerb.Cancel && await failed.CancelAsync(id, command, cancellationToken);
            if (done) return new(Accepted: true, await status.ReadAsync(id, cancellationToken) ?? task);
            if (look == MaxLooks) return new(Accepted: false, task);
        }
    }

    /// <summary>A start a crash left on its way: it is made up for, so that there is somebody to tell.</summary>
    private async Task<bool> ScheduleAsync(TaskId id, CancellationToken cancellationToken)
    {
        if (await store.ReadStartAsync(id, cancellationToken) is { } start) await starts.EnsureScheduledAsync(start, cancellationToken);
        return false;
    }

    // 1. It is told before it is woken, so that it does nothing else first.
    private async Task<bool> TellAsync(OrchestrationInstance instance, OperatorVerb verb, OperatorCommand command, CancellationToken cancellationToken)
    {
        var id = instance.InstanceId;
        var payload = JsonSerializer.Serialize(command, TaskJson.Options);
        if (await client.RaiseEventAsync(id, verb.Event, payload, cancellationToken) != OperationOutcome.Accepted) return false;
        if (instance.Status == RuntimeStatus.Suspended) await client.ResumeAsync(id, $"The task is to be {verb.Done}.", cancellationToken);
        return true;
    }
}
