using DurableAgentTasks.Engine.History;
using DurableAgentTasks.Engine.Journal;

namespace DurableAgentTasks.Engine.Instances;

/// <summary>Something that came in: it is handled once it is on the disk.</summary>
internal sealed class InboxItem(Instance instance, HistoryEvent item) : IDurableCallback
{
    private volatile bool _durable;

    public HistoryEvent Event { get; } = item;

    public bool IsDurable => _durable;

    /// <summary>What the journal held at the start.</summary>
    public static InboxItem Recorded(Instance instance, HistoryEvent item) => new(instance, item) { _durable = true };

    public void OnDurable()
    {
        _durable = true;
        instance.Wake();
    }
}
