using DurableAgentTasks.Engine.History;
using DurableAgentTasks.Engine.Journal;

namespace DurableAgentTasks.Engine.Instances;

/// <summary>What came in and was not handled yet, in the order it is in the instance's stream of the journal.</summary>
internal sealed class Inbox(Instance instance, JournalStore journal, ulong stream)
{
    private readonly Lock _gate = new();
    private readonly Queue<InboxItem> _items = [];
    private volatile bool _closed;
    private bool _refused;
    private int _generation;

    /// <summary>Whether the stream has its last record, or was refused its first.</summary>
    public bool IsClosed => _closed;

    /// <summary>Whether the first record was refused; waits for <see cref="Open"/> if that is under way.</summary>
    public bool WasRefused
    {
        get
        {
            lock (_gate) return _refused;
        }
    }

    public bool HasDurable
    {
        get
        {
            lock (_gate) return _items.TryPeek(out var first) && first.IsDurable;
        }
    }

    /// <summary>Puts back what was handled in an earlier life.</summary>
    public void Restore(HistoryEvent item)
    {
        if (item.Kind == EventKind.Started) _generation = item.Number;
        _items.Enqueue(InboxItem.Recorded(instance, item));
    }

    /// <summary>Appends the first record of the stream; nothing can come in before it, once <paramref name="publish"/> has made the instance known.</summary>
    public Reception Open(HistoryEvent started, Func<bool> publish)
    {
        lock (_gate)
        {
            if (!publish()) return Reception.Closed;
            var reception = TryAppend(started, RecordMark.Begin);
            _closed = _refused = reception == Reception.NoRoom;
            return reception;
        }
    }

    /// <summary>Takes in what must not be refused: results and timers.</summary>
    /// <param name="item">What came in.</param>
    /// <param name="generation">Whose it is. A timer that fires while it is cancelled may come when that one is over: it is nobody's then.</param>
    public void Receive(HistoryEvent item, int generation)
    {
        lock (_gate)
        {
            if (!_closed && generation == _generation) Append(item, RecordMark.None);
        }
    }

    /// <summary>Takes in what a client sends.</summary>
    public Reception TryReceive(HistoryEvent item)
    {
        lock (_gate) return _closed ? Reception.Closed : TryAppend(item, RecordMark.None);
    }

    /// <summary>The next item, if it is on the disk.</summary>
    public HistoryEvent? TryTake()
    {
        lock (_gate) return _items.TryPeek(out var first) && first.IsDurable ? _items.Dequeue().Event : null;
    }

    /// <summary>
    /// Begins the stream anew. What is on its way in would stand before the new beginning, and so be forgotten:
    /// <paramref name="begin"/> is given it to carry.
    /// </summary>
    public void BeginAnew(Func<IEnumerable<HistoryEvent>, HistoryEvent> begin)
    {
        lock (_gate)
        {
            var started = begin(_items.Select(item => item.Event));
            _generation = started.Number;
            _items.Clear();
            Append(started, RecordMark.Begin);
        }
    }

    /// <summary>Appends the last records; nothing comes in after them.</summary>
    /// <param name="completed">The last word; <see langword="null"/> if it is recorded already.</param>
    /// <param name="ended">What closes the stream.</param>
    /// <param name="onDurable">Told when it is closed on the disk.</param>
    public bool TryClose(HistoryEvent? completed, HistoryEvent ended, IDurableCallback onDurable)
    {
        lock (_gate)
        {
            if (_closed) return false;
            _closed = true;
            _items.Clear();
            if (completed is not null) journal.Append(stream, RecordMark.None, HistoryCodec.Encode(completed));
            journal.Append(stream, RecordMark.End, HistoryCodec.Encode(ended), onDurable);
            return true;
        }
    }

    /// <summary>Forgets what is there and takes nothing more.</summary>
    public void Discard()
    {
        lock (_gate)
        {
            _closed = true;
            _items.Clear();
        }
    }

    private void Append(HistoryEvent item, RecordMark mark)
    {
        var entry = new InboxItem(instance, item);
        journal.Append(stream, mark, HistoryCodec.Encode(item), entry);
        _items.Enqueue(entry);
    }

    private Reception TryAppend(HistoryEvent item, RecordMark mark)
    {
        var entry = new InboxItem(instance, item);
        try
        {
            if (!journal.TryAppend(stream, mark, HistoryCodec.Encode(item), entry)) return Reception.NoRoom;
        }
        catch (JournalUnavailableException)
        {
            return Reception.NoRoom;
        }

        _items.Enqueue(entry);
        return Reception.Taken;
    }
}

internal enum Reception
{
    Taken,

    /// <summary>The stream has ended, or is not this instance's.</summary>
    Closed,

    /// <summary>The journal takes no new work: its disk is full or broken.</summary>
    NoRoom,
}
