using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Storage.Tasks;

/// <summary>
/// The entries of a timeline that count, of all that were written to it, in whatever order: of each number the first one, and from the
/// first number of an epoch on none of an earlier epoch.
/// </summary>
/// <param name="after">Only entries above this number are wanted.</param>
internal sealed class TimelineEntries(long after = 0)
{
    private readonly SortedDictionary<long, TimelineEntry> _entries = [];
    private long _taken = after;
    private int _epoch;

    public void Add(TimelineEntry entry)
    {
        if (entry.Epoch < _epoch) return;
        if (entry.Epoch > _epoch)
        {
            _epoch = entry.Epoch;
            foreach (var number in _entries.Keys.Where(number => number >= entry.Number).ToList()) _entries.Remove(number);
        }

        if (entry.Number > _taken) _entries.TryAdd(entry.Number, entry);
    }

    /// <summary>Those that were not taken before, in order, up to a number.</summary>
    public IReadOnlyList<TimelineEntry> Take(long through)
    {
        var taken = _entries.Values.TakeWhile(entry => entry.Number <= through).ToList();
        foreach (var entry in taken) _entries.Remove(entry.Number);
        if (taken.Count > 0) _taken = taken[^1].Number;
        return taken;
    }
}
