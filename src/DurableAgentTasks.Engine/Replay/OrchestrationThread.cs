namespace DurableAgentTasks.Engine.Replay;

/// <summary>
/// Where an orchestration's continuations run: on whatever thread the engine lends for a turn, one at a time. A continuation that
/// arrives from elsewhere means that the code awaited something that is not recorded.
/// </summary>
internal sealed class OrchestrationThread(Action onForeign) : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = [];
    private int _owner;

    /// <summary>Runs <paramref name="action"/> and everything it sets off, until nothing is left to run.</summary>
    public void Run<TState>(Action<TState> action, TState state)
    {
        var previous = Current;
        SetSynchronizationContext(this);
        _owner = Environment.CurrentManagedThreadId;
        try
        {
            action(state);
            while (_posted.TryDequeue(out var next)) next.Callback(next.State);
        }
        finally
        {
            _owner = 0;
            SetSynchronizationContext(previous);
        }
    }

    public bool IsCurrent => _owner == Environment.CurrentManagedThreadId;

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (IsCurrent) _posted.Enqueue((d, state));
        else onForeign();
    }

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("An orchestration must not block on its own thread.");

    public override SynchronizationContext CreateCopy() => this;
}
