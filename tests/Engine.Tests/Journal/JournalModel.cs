using DurableAgentTasks.Engine.Journal;

namespace DurableAgentTasks.Engine.Tests.Journal;

/// <summary>What a journal must hold, kept in memory as simply as can be.</summary>
internal sealed class JournalModel
{
    private readonly SortedDictionary<ulong, ModelStream> _streams = [];

    public IReadOnlyDictionary<ulong, ModelStream> Streams => _streams;

    public void Apply(ModelRecord record)
    {
        if (record.Mark.HasFlag(RecordMark.Purge))
        {
            _streams.Remove(record.Stream);
            return;
        }

        var before = record.Mark.HasFlag(RecordMark.Begin) || !_streams.TryGetValue(record.Stream, out var stream) ? [] : stream.Records;
        _streams[record.Stream] = new ModelStream([.. before, record.Text], record.Mark.HasFlag(RecordMark.End));
    }

    public JournalModel With(IEnumerable<ModelRecord> records)
    {
        var copy = new JournalModel();
        foreach (var (stream, content) in _streams) copy._streams.Add(stream, content);
        foreach (var record in records) copy.Apply(record);
        return copy;
    }

    public JournalModel Without(IEnumerable<ulong> streams)
    {
        var copy = With([]);
        foreach (var stream in streams) copy._streams.Remove(stream);
        return copy;
    }

    /// <summary>The first thing in which what was told and can be read differs from this; <see langword="null"/> if nothing does.</summary>
    public string? Difference(ToldStreams told, JournalStore store)
    {
        var known = told.Live.Keys.Concat(told.Archived.Keys).Order().ToArray();
        if (!known.SequenceEqual(_streams.Keys)) return $"streams [{string.Join(' ', known)}] instead of [{string.Join(' ', _streams.Keys)}]";
        foreach (var (number, stream) in _streams)
        {
            var records = Short(stream.Records);
            if (told.Archived.TryGetValue(number, out var end))
            {
                if (!stream.HasEnded || end != stream.Records[^1]) return $"stream {number} is archived with {Short([end])}, it is {records}";
            }
            else if (!told.Live[number].SequenceEqual(stream.Records))
            {
                return $"stream {number} was told as {Short(told.Live[number])}, it is {records}";
            }

            var read = store.Read(number);
            if (!read.SequenceEqual(stream.Records)) return $"stream {number} was read as {Short(read)}, it is {records}";
        }

        // A repair tells the streams of a damaged archive one by one; of all others the order of writing is kept.
        var live = _streams.Values.Where(stream => !stream.HasEnded).SelectMany(stream => stream.Records).ToHashSet();
        var order = told.InOrder.Where(live.Contains).Select(text => int.Parse(text.AsSpan(0, text.IndexOf(':')))).ToArray();
        return order.SequenceEqual(order.Order()) ? null : $"the order was {string.Join(' ', order)}";
    }

    private static string Short(IEnumerable<string> records) => "[" + string.Join(' ', records.Select(text => text[..text.IndexOf(':')])) + "]";
}

internal sealed record ModelStream(IReadOnlyList<string> Records, bool HasEnded);

internal sealed record ModelRecord(ulong Stream, RecordMark Mark, string Text);
