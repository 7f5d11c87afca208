namespace DurableAgentTasks.Agents.Watching;

/// <summary>Measures what lies in some folders, again and again, a bounded number of entries at each look.</summary>
internal sealed class DiskMeter(IReadOnlyList<string> folders, TimeSpan every, int entriesPerLook) : IDisposable
{
    private readonly Queue<string> _left = [];
    private FolderWalk? _walk;
    private long _bytes;
    private TimeSpan? _measured;

    /// <summary>As of the last measurement that came to its end.</summary>
    public long? Bytes { get; private set; }

    public void Look(TimeSpan now)
    {
        if (_walk is null)
        {
            if (now - _measured < every) return;
            _bytes = 0;
            foreach (var folder in folders) _left.Enqueue(folder);
            _walk = Next();
        }

        while (_walk is not null)
        {
            if (!_walk.Step(entriesPerLook)) return;
            _bytes += _walk.Bytes;
            _walk.Dispose();
            _walk = Next();
        }

        (Bytes, _measured) = (_bytes, now);
    }

    public void Dispose() => _walk?.Dispose();

    private FolderWalk? Next() => _left.TryDequeue(out var folder) ? new FolderWalk(folder, DateTimeOffset.MaxValue) : null;
}
