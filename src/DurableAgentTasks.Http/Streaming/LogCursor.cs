using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Logs;

namespace DurableAgentTasks.Http.Streaming;

/// <summary>Where one client is in a log. It reads on only when the client has taken what was read before: a page is all it holds.</summary>
internal sealed class LogCursor(IBlobStore blobs, TaskId task, long after)
{
    private const int PageLines = 1_000;
    private readonly TaskLogReader _log = new(blobs, task);
    private long _after = after;
    private GapEvent? _gap;

    /// <summary>Whether there is anything to send now. An id the log has never had begins it anew, behind a gap.</summary>
    public async Task<bool> BeginAsync(CancellationToken cancellationToken)
    {
        if (_after > 0 && (await _log.ReadPageAsync(_after - 1, 1, null, cancellationToken)).Lines.Count == 0)
        {
            var first = (await _log.ReadPageAsync(0, 1, null, cancellationToken)).Lines;
            _gap = new GapEvent(task, _after, first.Count == 0 ? 1 : first[0].Seq);
            _after = 0;
            return true;
        }

        return (await _log.ReadPageAsync(_after, 1, null, cancellationToken)).Lines.Count > 0;
    }

    /// <summary>Sends the next page.</summary>
    /// <returns>Whether there were lines.</returns>
    public async Task<bool> SendAsync(EventWriter events, CancellationToken cancellationToken)
    {
        var page = await _log.ReadPageAsync(_after, PageLines, null, cancellationToken);
        if (_after > 0 && page.Lines is [var first, ..] && first.Seq > _after + 1) _gap ??= new GapEvent(task, _after, first.Seq);
        if (_gap is { } gap) events.Event("gap", gap);
        _gap = null;
        foreach (var line in page.Lines)
        {
            events.Event("log", line, line.Seq);
            await events.FlushIfMuchAsync(cancellationToken);
        }

        _after = page.Next;
        return page.Lines.Count > 0;
    }
}
