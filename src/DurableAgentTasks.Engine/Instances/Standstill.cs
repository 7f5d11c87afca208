using DurableAgentTasks.Engine.History;

namespace DurableAgentTasks.Engine.Instances;

/// <summary>The time in which an instance was last suspended.</summary>
internal sealed class Standstill
{
    private HistoryEvent? _begun;
    private HistoryEvent? _ended;

    /// <summary>Whether it lasts.</summary>
    public bool Lasts => _begun is not null && _ended is null;

    public void Begin(HistoryEvent suspended)
    {
        if (!Lasts) (_begun, _ended) = (suspended, null);
    }

    public void End(HistoryEvent resumed)
    {
        if (Lasts) _ended = resumed;
    }

    /// <summary>
    /// What the next generation is to know of it: what came in meanwhile was handled at its own time, so that a generation may end by a clock
    /// that knows nothing of the suspension.
    /// </summary>
    /// <param name="clock">As the generation that ends knew it.</param>
    public IEnumerable<HistoryEvent> After(DateTimeOffset clock) => _begun is not null && _ended?.Time > clock ? [_begun, _ended] : [];
}
