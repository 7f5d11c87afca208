namespace DurableAgentTasks.Agents.Watching;

/// <summary>Whether a tree has used at least 1 % of a core lately.</summary>
/// <param name="length">What lately means.</param>
internal sealed class CpuWindow(TimeSpan length)
{
    private const double LeastShare = 0.01;

    private readonly Queue<(TimeSpan At, TimeSpan Used)> _samples = [];
    private (TimeSpan At, TimeSpan Used) _last;

    /// <summary>Of the interval before the last sample, in percent of a core.</summary>
    public double Percent { get; private set; }

    /// <summary>Adds a sample. In a window that is not full yet, only what is enough for a full one counts.</summary>
    public bool Add(TimeSpan now, TimeSpan used)
    {
        if (_samples.Count > 0 && now > _last.At) Percent = 100 * (used - _last.Used) / (now - _last.At);
        _last = (now, used);
        _samples.Enqueue(_last);
        // The oldest that is kept is the youngest that is at least as old as the window.
        while (_samples.Count > 1 && _samples.ElementAt(1).At <= now - length) _samples.Dequeue();
        var oldest = _samples.Peek();
        return used - oldest.Used >= LeastShare * (now - oldest.At > length ? now - oldest.At : length);
    }
}
