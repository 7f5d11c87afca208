using DurableAgentTasks.Core.Progress;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Http.Streaming;

/// <summary>Tells one client where one task stands: all of it first, then what has changed.</summary>
internal sealed class StatusTeller(EventWriter events, TaskStore store, TimeProvider time)
{
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(10);
    private StateEvent? _state;
    private long _appliedThrough;
    private ProgressReport? _progress;
    private long _progressTold;

    /// <summary>Whether time alone may have something to tell.</summary>
    public bool IsDue => _progress is not null && time.GetElapsedTime(_progressTold) >= ProgressEvery;

    public async Task TellAsync(TaskRecord task, CancellationToken cancellationToken)
    {
        await TellTransitionsAsync(task, cancellationToken);
        TellState(new StateEvent(task.Id, task.State, task.Detail));
        TellProgress(task);
    }

    /// <summary>Several transitions may lie between two readings of the record; the timeline has them all.</summary>
    private async Task TellTransitionsAsync(TaskRecord task, CancellationToken cancellationToken)
    {
        var told = _appliedThrough;
        _appliedThrough = task.AppliedThrough;
        if (_state is null || task.AppliedThrough <= told + 1) return;
        foreach (var entry in await store.ReadTimelineAsync(task.Id, cancellationToken))
        {
            if (entry.Number <= told || entry.Number > task.AppliedThrough || entry.To is not { } state) continue;
            var detail = entry.Data is { } data && data.TryGetProperty("detail", out var text) ? text.GetString() : null;
            TellState(new StateEvent(task.Id, state, detail));
        }
    }

    private void TellState(StateEvent state)
    {
        if (state == _state) return;
        events.Event("state", state);
        _state = state;
    }

    private void TellProgress(TaskRecord task)
    {
        var progress = ProgressReport.Of(task, PlanProgress.Of(task), time.GetUtcNow());
        if (progress == _progress) return;

        // That time passes is a change too, but not one to be told of at once.
        if (_progress is { } told && progress with { Elapsed = told.Elapsed } == told && !IsDue) return;
        events.Event("progress", new ProgressEvent(task.Id, progress));
        _progress = progress;
        _progressTold = time.GetTimestamp();
    }
}
