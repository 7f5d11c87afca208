using System.Collections.Concurrent;
using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>
/// The steps that run in this process, and the activity <c>StopStep</c>. A stop is stored too, so that it also holds for an attempt that
/// has not begun, or begins again after a crash.
/// </summary>
public sealed class RunningSteps(TaskStore store, StorageRetry retry)
{
    private readonly ConcurrentDictionary<RunStep, Registration> _running = [];

    public async Task<bool> StopAsync(StopStep input, CancellationToken cancellationToken)
    {
        var attempt = new RunStep(input.TaskId, input.StepId, input.Attempt);

        // Told at once, for a full disk may keep it from being stored for long; and again then, to one that began meanwhile.
        var told = Tell(attempt, input.Reason);
        await retry.RunAsync(
            token => store.RequestStopAsync(TaskId.Parse(input.TaskId), input.StepId, input.Attempt, input.Reason.ToString(), token), cancellationToken);
        return Tell(attempt, input.Reason) || told;
    }

    /// <summary>The attempts that run in this process.</summary>
    public IReadOnlyList<RunStep> All => [.. _running.Keys];

    /// <summary>Completes when the attempt does not run in this process any more.</summary>
    public Task WhenOverAsync(RunStep attempt, CancellationToken cancellationToken) =>
        _running.TryGetValue(attempt, out var step) ? step.Over.WaitAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>The stop that was asked of an attempt before it could be told.</summary>
    public async Task<StopReason?> RequestedAsync(RunStep attempt, CancellationToken cancellationToken) =>
        await store.ReadStopAsync(TaskId.Parse(attempt.TaskId), attempt.StepId, attempt.Attempt, cancellationToken) is { } text
            ? Enum.Parse<StopReason>(text)
            : null;

    public IDisposable Register(RunStep attempt, Action<StopReason> stop)
    {
        var registration = new Registration(this, attempt, stop);
        _running[attempt] = registration;
        return registration;
    }

    /// <summary>Completes when no step of the task runs in this process any more.</summary>
    public Task WhenOverAsync(TaskId task, CancellationToken cancellationToken) =>
        Task.WhenAll(_running.Where(step => step.Key.TaskId == task.Value).Select(step => step.Value.Over)).WaitAsync(cancellationToken);

    private bool Tell(RunStep attempt, StopReason reason)
    {
        if (!_running.TryGetValue(attempt, out var step)) return false;
        step.Stop(reason);
        return true;
    }

    private sealed class Registration(RunningSteps steps, RunStep attempt, Action<StopReason> stop) : IDisposable
    {
        private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Over => _over.Task;

        public void Stop(StopReason reason) => stop(reason);

        public void Dispose()
        {
            steps._running.TryRemove(KeyValuePair.Create(attempt, this));
            _over.TrySetResult();
        }
    }
}
