using DurableAgentTasks.Engine.History;
using DurableAgentTasks.Engine.Journal;

namespace DurableAgentTasks.Engine.Instances;

/// <summary>Something that came in: it is handled, and acknowledged, once it is on the disk.</summary>
internal sealed class InboxItem(Instance instance, HistoryEvent item, TaskCompletionSource? acknowledgement) : IDurableCallback
{
    private volatile bool _durable;

    public HistoryEvent Event { get; } = item;

    public bool IsDurable => _durable;

    public void OnDurable()
    {
        _durable = true;
        acknowledgement?.TrySetResult();
        instance.Wake();
    }
}
