using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;

namespace DurableAgentTasks.Storage.Tasks;

/// <summary>Reads a timeline as it grows: what was read before is not read again.</summary>
/// <param name="blobs">Where it is kept.</param>
/// <param name="task">Whose it is.</param>
/// <param name="after">Only entries above this number are given.</param>
public sealed class TimelineTail(IBlobStore blobs, TaskId task, long after)
{
    private readonly TimelineEntries _ahead = new(after);
    private long _offset;

    /// <summary>The entries that were not given before, in order, up to a number; those above it are given later.</summary>
    public async Task<IReadOnlyList<TimelineEntry>> ReadAsync(long through, CancellationToken cancellationToken)
    {
        await TakeInAsync(cancellationToken);
        return _ahead.Take(through);
    }

    private async Task TakeInAsync(CancellationToken cancellationToken)
    {
        await using var reading = await blobs.OpenReadAsync(TaskBlobs.Timeline(task), _offset, null, cancellationToken);
        if (reading is null) return;
        using var content = new MemoryStream();
        await reading.Content.CopyToAsync(content, cancellationToken);
        var text = content.GetBuffer().AsMemory(0, (int)content.Length);

        // An entry whose end is not there yet is read the next time.
        for (var end = text.Span.IndexOf((byte)'\n'); end >= 0; end = text.Span.IndexOf((byte)'\n'))
        {
            if (TimelineText.Parse(text.Span[..end]) is { } entry) _ahead.Add(entry);
            text = text[(end + 1)..];
            _offset += end + 1;
        }
    }
}
