using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Problems;
using DurableAgentTasks.Http.Starting;
using DurableAgentTasks.Http.Status;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Http.Operating;

/// <param name="Task">As it stands; <see langword="null"/> if what was asked for is refused.</param>
/// <param name="Refused">Why; <see langword="null"/> if it is, or will be, in effect.</param>
internal sealed record CommandOutcome(TaskRecord? Task, ProblemResult? Refused);

/// <summary>
/// Tells tasks what operators ask.
/// <list type="number">
/// <item>What its state, or what else is known of the task, does not allow is refused before anything is sent.</item>
/// <item>One that runs is told by an event, and woken if it is suspended; its orchestration does the rest.</item>
/// <item>One whose orchestration is over (it failed) has nobody to tell: it can be cancelled and resumed all the same.</item>
/// <item>One that is failing, or was just resumed, is neither for a moment: that is waited for.</item>
/// </list>
/// </summary>
internal sealed class OperatorCommands(
    TaskStore store, ITaskClient client, TaskStatusReader status, TaskStarts starts, OperatorRules rules, EndedTasks ended, TimeProvider time)
{
    // A task moves on while it is looked at, but not for ever.
    private const int MaxLooks = 5;

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(500);

    public async Task<CommandOutcome> SendAsync(TaskId id, OperatorVerb verb, OperatorCommand command, CancellationToken cancellationToken)
    {
        for (var look = 1; ; look++)
        {
            var instance = await client.GetAsync(id.Value, payloads: false, cancellationToken);
            if (await status.ReadAsync(id, instance, cancellationToken) is not { } task) return new(Task: null, Refusal.TaskNotFound(id));

            // 1.
            if (!verb.AppliesTo(task.State)) return look > 1 && WireName.Of(task.State) == verb.Done ? new(task, Refused: null) : Refuse(task, verb);
            var ruling = await rules.JudgeAsync(verb, task, command, cancellationToken);
            if (ruling.Tell is not { } tell) return ruling.Refused is { } refused ? new(Task: null, refused) : new(task, Refused: null);
            if (await DoAsync(task, instance, verb, tell, cancellationToken)) return new(await status.ReadAsync(id, cancellationToken) ?? task, Refused: null);
            if (look == MaxLooks) return Refuse(task, verb);
        }
    }

    private static CommandOutcome Refuse(TaskRecord task, OperatorVerb verb) => new(
        Task: null,
        TaskLifecycle.IsTerminal(task.State) ? Refusal.Over(task.Id, task.State) : Refusal.WrongState(task.Id, task.State, $"{verb.Done} now"));

    /// <returns>Whether it was done; if not, the task has moved on.</returns>
    private async Task<bool> DoAsync(TaskRecord task, OrchestrationInstance? instance, OperatorVerb verb, OperatorCommand command, CancellationToken cancellationToken)
    {
        var isStored = await store.ReadRecordAsync<TaskRecord>(task.Id, cancellationToken) is not null;
        if (instance is null && !isStored) return await ScheduleAsync(task.Id, cancellationToken);
        if (instance is { HasEnded: false } && (!TaskLifecycle.HasEnded(task.State) || !await EndsAsync(instance, cancellationToken)))
        {
            return await TellAsync(instance, verb, command, cancellationToken);
        }

        // 3.
        if (verb == OperatorVerb.Cancel) return await ended.CancelAsync(task.Id, command, cancellationToken);
        return verb == OperatorVerb.Resume && isStored && await ended.ResumeAsync(task.Id, command, cancellationToken);
    }

    /// <summary>A start a crash left on its way: it is made up for, so that there is somebody to tell.</summary>
    private async Task<bool> ScheduleAsync(TaskId id, CancellationToken cancellationToken)
    {
        if (await store.ReadStartAsync(id, cancellationToken) is { } start) await starts.EnsureScheduledAsync(start, cancellationToken);
        return false;
    }

    // 2. It is told before it is woken, so that it does nothing else first.
    private async Task<bool> TellAsync(OrchestrationInstance instance, OperatorVerb verb, OperatorCommand command, CancellationToken cancellationToken)
    {
        var id = instance.InstanceId;
        var payload = JsonSerializer.Serialize(command, TaskJson.Options);
        if (await client.RaiseEventAsync(id, verb.Event, payload, cancellationToken) != OperationOutcome.Accepted) return false;
        if (verb.Wakes && instance.Status == RuntimeStatus.Suspended) await client.ResumeAsync(id, $"The task is to be {verb.Done}.", cancellationToken);
        return true;
    }

    // 4.
    private async Task<bool> EndsAsync(OrchestrationInstance instance, CancellationToken cancellationToken)
    {
        using var enough = new CancellationTokenSource(Moment, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, enough.Token);
        try
        {
            await client.WaitAsync(instance.InstanceId, either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
