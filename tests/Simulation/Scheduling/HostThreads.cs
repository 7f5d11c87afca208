using DurableAgentTasks.Engine.Threads;

namespace DurableAgentTasks.Simulation.Scheduling;

/// <summary>
/// The threads of one life of the host: all that they would do at the same time is done one after the other, in an order that chance
/// decides. What they had still to do dies with the host.
/// </summary>
internal sealed class HostThreads(Dice dice) : SynchronizationContext, IEngineThreads
{
    private const double InOrder = 0.7;
    private readonly List<(SendOrPostCallback Callback, object? State)> _ready = [];

    public bool IsDead { get; private set; }

    public bool HasWork => _ready.Count > 0;

    public void Die()
    {
        IsDead = true;
        _ready.Clear();
    }

    /// <summary>Does one piece of what is to be done.</summary>
    public void RunOne()
    {
        var index = _ready.Count == 1 || dice.Chance(InOrder) ? 0 : dice.Next(_ready.Count);
        var (callback, state) = _ready[index];
        _ready.RemoveAt(index);
        Run(() => callback(state));
    }

    /// <summary>Runs it as one of these threads.</summary>
    public void Run(Action action)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            action();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (!IsDead) _ready.Add((d, state));
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nobody may block here.");

    public override SynchronizationContext CreateCopy() => this;

    void IEngineThreads.Queue(IThreadPoolWorkItem work, bool preferLocal) => Post(static item => ((IThreadPoolWorkItem)item!).Execute(), work);

    Task IEngineThreads.Run(Action work)
    {
        var done = new TaskCompletionSource();
        Post(_ =>
        {
            work();
            done.SetResult();
        }, null);
        return done.Task;
    }

    IEngineLoop IEngineThreads.StartLoop(string name, Func<bool> work)
    {
        var loop = new Loop(this, work);
        loop.Wake();
        return loop;
    }

    private sealed class Loop(HostThreads threads, Func<bool> work) : IEngineLoop
    {
        private bool _isOver;

        public void Wake() => threads.Post(
            _ =>
            {
                if (!_isOver) _isOver = !work();
            },
            null);

        public void Dispose() => _isOver = true;
    }
}
