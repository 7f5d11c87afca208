using DurableAgentTasks.Engine.History;
using DurableAgentTasks.Engine.Journal;

namespace DurableAgentTasks.Engine.Instances;

/// <summary>Sorts what the journal tells at its opening into instances that live and instances that have ended.</summary>
internal sealed class JournalLoader : IJournalReader
{
    private readonly Dictionary<ulong, InstanceEntry> _ended = [];

    public Dictionary<ulong, List<HistoryEvent>> Live { get; } = [];

    public IEnumerable<InstanceEntry> Ended => _ended.Values;

    public void Record(ulong stream, RecordMark mark, ReadOnlySpan<byte> payload)
    {
        if (mark.HasFlag(RecordMark.Purge))
        {
            Live.Remove(stream);
            _ended.Remove(stream);
            return;
        }

        if (mark.HasFlag(RecordMark.End))
        {
            Live.Remove(stream);
            Archived(stream, payload);
            return;
        }

        var item = HistoryCodec.Read(payload);
        if (mark.HasFlag(RecordMark.Begin))
        {
            // It may have been started again after its end.
            _ended.Remove(stream);
            Live[stream] = [item];
        }
        else if (Live.TryGetValue(stream, out var history)) history.Add(item);
    }

    public void Archived(ulong stream, ReadOnlySpan<byte> endPayload)
    {
        var ended = HistoryCodec.Read(endPayload);
        var entry = new InstanceEntry(ended.Text!, string.Intern(ended.Name!), stream, ended.Moment);
        entry.End(ended.Status, ended.Time);
        _ended[stream] = entry;
    }
}
