using DurableAgentTasks.Engine.History;

namespace DurableAgentTasks.Engine.Replay;

/// <summary>
/// The decisions that stand in a history, which a replay must come to again, one by one.
/// <para>
/// A crash may have cut off the last of them, so code may add to a history's end. But a decision is set going only after all of
/// its turn are in the journal: once one has its answer, its turn is complete, and nothing can be added to it any more.
/// </para>
/// </summary>
internal sealed class RecordedDecisions
{
    private readonly Queue<HistoryEvent> _decisions;
    private readonly int _completeTurn;

    public RecordedDecisions(IReadOnlyCollection<HistoryEvent> history)
    {
        _decisions = new Queue<HistoryEvent>(history.Where(item => item.IsDecision));
        var answered = history
            .Where(item => item.Kind is EventKind.TaskCompleted or EventKind.TaskFailed or EventKind.TimerFired)
            .Select(item => item.Number)
            .ToHashSet();
        foreach (var decision in _decisions)
        {
            if (answered.Contains(decision.Number) && decision.Kind != EventKind.TimerCancelled) _completeTurn = decision.Turn;
        }
    }

    public static RecordedDecisions None { get; } = new([]);

    /// <summary>The next one the code must come to.</summary>
    public HistoryEvent? Next => _decisions.TryPeek(out var next) ? next : null;

    /// <summary>Holds a decision of the code against the history.</summary>
    /// <param name="decision">What the code came with.</param>
    /// <param name="recorded">What the history holds for it; <see langword="null"/> if it is new.</param>
    /// <returns>Why they do not go together; <see langword="null"/> if they do.</returns>
    public NonDeterminismException? Compare(HistoryEvent decision, out HistoryEvent? recorded)
    {
        recorded = null;
        if (!_decisions.TryPeek(out var next))
        {
            return decision.Turn > _completeTurn
                ? null
                : NonDeterminismException.At($"no more decisions in turn {decision.Turn}", decision.Describe());
        }

        if (next.Kind != decision.Kind || next.Number != decision.Number || next.Turn != decision.Turn || next.Name != decision.Name)
        {
            return NonDeterminismException.At(next.Describe(), decision.Describe());
        }

        recorded = _decisions.Dequeue();
        return null;
    }
}
