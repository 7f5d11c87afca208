using System.Text;
using DurableAgentTasks.Engine.Journal;

namespace DurableAgentTasks.Engine.Tests.Journal;

/// <summary>What an opening tells, as an owner of streams would keep it.</summary>
internal sealed class ToldStreams : IJournalReader
{
    public Dictionary<ulong, List<string>> Live { get; } = [];

    public Dictionary<ulong, string> Archived { get; } = [];

    public List<string> InOrder { get; } = [];

    public void Record(ulong stream, RecordMark mark, ReadOnlySpan<byte> payload)
    {
        var text = Encoding.UTF8.GetString(payload);
        InOrder.Add(text);
        Archived.Remove(stream);
        if (mark.HasFlag(RecordMark.Purge))
        {
            Live.Remove(stream);
            return;
        }

        if (mark.HasFlag(RecordMark.Begin)) Live.Remove(stream);
        if (!Live.TryGetValue(stream, out var records)) Live[stream] = records = [];
        records.Add(text);
    }

    void IJournalReader.Archived(ulong stream, ReadOnlySpan<byte> endPayload) =>
        Archived.Add(stream, Encoding.UTF8.GetString(endPayload));
}
