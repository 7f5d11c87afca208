using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Storage.Tasks;

/// <summary>One follower's view of the signals. Not for use by several callers at once.</summary>
public sealed class TaskWatch : IDisposable
{
    /// <summary>Of more tasks than these at once nothing is kept; who follows all looks through them now and then anyway.</summary>
    private const int MaxTasks = 10_000;

    private readonly Lock _gate = new();
    private readonly TaskSignals _signals;
    private Dictionary<TaskId, TaskSignal> _seen = [];
    private TaskCompletionSource? _waiting;

    internal TaskWatch(TaskSignals signals, TaskId? task) => (_signals, Task) = (signals, task);

    internal TaskId? Task { get; }

    /// <summary>Waits for a signal; those since the call before count.</summary>
    /// <param name="atMost">How long to wait.</param>
    /// <param name="time">By which clock.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>What was signalled of which task; empty if nothing was for so long.</returns>
    public async Task<IReadOnlyDictionary<TaskId, TaskSignal>> WaitAsync(
        TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        Task? signalled = null;
        lock (_gate)
        {
            if (_seen.Count == 0) signalled = (_waiting ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        // Nothing within that time is an ordinary outcome.
        if (signalled is not null) await signalled.WaitAsync(atMost, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return Take();
    }

    /// <summary>What was signalled since the call before.</summary>
    public IReadOnlyDictionary<TaskId, TaskSignal> Take()
    {
        lock (_gate)
        {
            var seen = _seen;
            if (seen.Count > 0) _seen = [];
            return seen;
        }
    }

    public void Dispose() => _signals.Remove(this);

    internal void Set(TaskId task, TaskSignal signal)
    {
        TaskCompletionSource? waiting;
        lock (_gate)
        {
            if (_seen.TryGetValue(task, out var before)) _seen[task] = before | signal;
            else if (_seen.Count < MaxTasks) _seen[task] = signal;
            (waiting, _waiting) = (_waiting, null);
        }

        waiting?.TrySetResult();
    }
}
