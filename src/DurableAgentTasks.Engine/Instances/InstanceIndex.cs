using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace DurableAgentTasks.Engine.Instances;

/// <summary>All instances, by id and by age.</summary>
internal sealed class InstanceIndex
{
    private const int ScanChunk = 1_000;

    private readonly ConcurrentDictionary<string, InstanceEntry> _byId = new(StringComparer.Ordinal);
    private readonly SortedSet<InstanceEntry> _byAge = new(Comparer<InstanceEntry>.Create(CompareAge));
    private readonly Lock _gate = new();

    public bool TryGet(string id, [NotNullWhen(true)] out InstanceEntry? entry) => _byId.TryGetValue(id, out entry);

    /// <summary>Adds the entry, or gives the one that has the id.</summary>
    public InstanceEntry GetOrAdd(InstanceEntry entry)
    {
        var present = _byId.GetOrAdd(entry.Id, entry);
        if (!ReferenceEquals(present, entry)) return present;
        lock (_gate) _byAge.Add(entry);
        return entry;
    }

    public void Remove(InstanceEntry entry)
    {
        _byId.TryRemove(KeyValuePair.Create(entry.Id, entry));
        lock (_gate) _byAge.Remove(entry);
    }

    public IEnumerable<InstanceEntry> Live() => _byId.Values.Where(entry => entry.Live is not null);

    /// <summary>The entries older than <paramref name="before"/> (all, if it is not given), newest first.</summary>
    public IEnumerable<InstanceEntry> NewestFirst((DateTimeOffset CreatedAt, ulong Stream)? before)
    {
        // In chunks, so that a long scan holds up nobody's start.
        var upper = before is { } mark
            ? new InstanceEntry("", "", mark.Stream, mark.CreatedAt)
            : new InstanceEntry("", "", ulong.MaxValue, DateTimeOffset.MaxValue);
        var lower = new InstanceEntry("", "", 0, DateTimeOffset.MinValue);
        var chunk = new List<InstanceEntry>(ScanChunk);
        while (true)
        {
            chunk.Clear();
            lock (_gate) chunk.AddRange(_byAge.GetViewBetween(lower, upper).Reverse().Take(ScanChunk + 1));
            foreach (var entry in chunk)
            {
                if (CompareAge(entry, upper) != 0) yield return entry;
            }

            if (chunk.Count <= ScanChunk) yield break;
            upper = chunk[^1];
        }
    }

    private static int CompareAge(InstanceEntry a, InstanceEntry b) =>
        a.CreatedAt.CompareTo(b.CreatedAt) is var byTime && byTime != 0 ? byTime : a.Stream.CompareTo(b.Stream);
}
