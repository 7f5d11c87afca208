using System.Text;
using DurableAgentTasks.Engine.Journal;

namespace DurableAgentTasks.Engine.Tests.Journal;

/// <summary>Turns random bytes into what an owner of streams does to a journal, and into the model of it.</summary>
internal sealed class JournalScript(JournalFolderFixture journal)
{
    private const byte NewStream = 9;
    private readonly List<ulong> _numbers = [];
    private readonly List<ModelRecord> _records = [];
    private volatile int _appended;
    private volatile int _acknowledged;

    /// <summary>All that was made durable.</summary>
    public JournalModel Model { get; private set; } = new();

    public IReadOnlyList<ModelRecord> Records => _records;

    /// <summary>How many records may be there by now.</summary>
    public int Appended => _appended;

    /// <summary>How many records must be there by now.</summary>
    public int Acknowledged => _acknowledged;

    /// <summary>Runs the steps and flushes; then appends the rest, which the closing writes last.</summary>
    /// <returns>The records of the rest.</returns>
    public async Task<List<ModelRecord>> RunAsync(byte[] steps, byte[] rest)
    {
        var store = journal.Open();
        foreach (var step in steps) store = await StepAsync(store, step);
        await store.FlushAsync();
        _acknowledged = _appended;

        var durable = Model;
        Model = durable.With([]);
        var last = rest.Append(NewStream).Select(step => Append(store, step)).OfType<ModelRecord>().ToList();
        Model = durable;
        await store.DisposeAsync();
        return last;
    }

    private async Task<JournalStore> StepAsync(JournalStore store, byte step)
    {
        switch (step & 15)
        {
            case 13:
                await store.CompactAsync();
                _acknowledged = _appended;
                return store;
            case 14:
                await store.FlushAsync();
                _acknowledged = _appended;
                return store;
            case 15:
                await store.DisposeAsync();
                _acknowledged = _appended;
                var again = journal.Open(out var told);
                Assert.Null(Model.Difference(told, again));
                return again;
            default:
                Append(store, step);
                return store;
        }
    }

    private ModelRecord? Append(JournalStore store, byte step)
    {
        var (action, choice) = (step & 15, step >> 4);
        var isNew = _numbers.Count == 0 || action is 9 or 10;
        if (isNew) _numbers.Add(store.NextStream());
        var stream = isNew ? _numbers[^1] : _numbers[choice % _numbers.Count];
        var exists = Model.Streams.TryGetValue(stream, out var known);
        if (!exists && !isNew) return null;

        var mark = action switch
        {
            12 => RecordMark.Purge,
            8 => RecordMark.Begin,
            11 => RecordMark.End,
            _ when isNew => choice % 2 == 0 ? RecordMark.Begin : RecordMark.None,
            _ => RecordMark.None,
        };
        if (known?.HasEnded == true && mark is not (RecordMark.Begin or RecordMark.Purge)) mark |= RecordMark.Begin;
        var record = new ModelRecord(stream, mark, $"{_records.Count}:{new string('x', _records.Count * 37 % 400)}");
        _records.Add(record);
        _appended = _records.Count;
        store.Append(stream, mark, Encoding.UTF8.GetBytes(record.Text));
        Model.Apply(record);
        return record;
    }
}
