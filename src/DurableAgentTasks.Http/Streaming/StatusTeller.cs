using DurableAgentTasks.Core.Progress;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Http.Streaming;

/// <summary>Tells one client where one task stands: all of it first, then what has changed.</summary>
/// <param name="events">To the client.</param>
/// <param name="store">Has the timeline.</param>
/// <param name="time">The clock.</param>
/// <param name="withNews">Whether checkpoints and alerts are told too.</param>
internal sealed class StatusTeller(EventWriter events, TaskStore store, TimeProvider time, bool withNews)
{
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(10);
    private TimelineTail? _timeline;
    private StateEvent? _state;
    private long _appliedThrough;
    private ProgressReport? _progress;
    private long _progressTold;

    /// <summary>Whether time alone may have something to tell.</summary>
    public bool IsDue => _progress is not null && time.GetElapsedTime(_progressTold) >= ProgressEvery;

    public async Task TellAsync(TaskRecord task, CancellationToken cancellationToken)
    {
        await TellTimelineAsync(task, cancellationToken);
        TellState(new StateEvent(task.Id, task.State, task.Detail));
        TellProgress(task);
    }

    /// <summary>Several transitions may lie between two readings of the record, and other news; the timeline has them all.</summary>
    private async Task TellTimelineAsync(TaskRecord task, CancellationToken cancellationToken)
    {
        var told = _appliedThrough;
        _appliedThrough = task.AppliedThrough;
        if (_state is null || task.AppliedThrough <= told + (withNews ? 0 : 1)) return;
        _timeline ??= store.FollowTimeline(task.Id, told);
        foreach (var entry in await _timeline.ReadAsync(task.AppliedThrough, cancellationToken))
        {
            if (entry.Number > told) Tell(task.Id, entry);
        }
    }

    private void Tell(TaskId task, TimelineEntry entry)
    {
        if (entry.To is { } state)
        {
            var detail = entry.Data is { } data && data.TryGetProperty("detail", out var text) ? text.GetString() : null;
            TellState(new StateEvent(task, state, detail));
        }
        else if (withNews && entry.Type == TimelineTypes.Checkpoint)
        {
            var (checkpoint, description) = entry.DataAs<CheckpointData>();
            events.Event("checkpoint", new CheckpointEvent(task, checkpoint, description, entry.Reason));
        }
        else if (withNews && entry.Type == TimelineTypes.Warning)
        {
            events.Event("alert", new AlertEvent(task, entry.Time, entry.Trigger ?? "warning", entry.Reason));
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
        if (_progress is { } told && !IsDue
            && progress with { Elapsed = told.Elapsed, Remaining = told.Remaining, Reason = told.Reason } == told) return;
        events.Event("progress", new ProgressEvent(task.Id, progress));
        _progress = progress;
        _progressTold = time.GetTimestamp();
    }
}
