namespace DurableAgentTasks.Storage.Logs;

/// <summary>The last number of a log, and who waits for more.</summary>
internal sealed class LogGrowth(long lastSeq)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _grown;
    private long _lastSeq = lastSeq;
    private bool _ended;

    public long LastSeq => Interlocked.Read(ref _lastSeq);

    public void Reach(long seq)
    {
        if (seq <= LastSeq) return;
        Interlocked.Exchange(ref _lastSeq, seq);
        Signal();
    }

    public void End()
    {
        lock (_gate) _ended = true;
        Signal();
    }

    public async ValueTask<bool> WaitAsync(long after, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task grown;
            lock (_gate)
            {
                if (LastSeq > after) return true;
                if (_ended) return false;
                _grown ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                grown = _grown.Task;
            }

            await grown.WaitAsync(cancellationToken);
        }
    }

    private void Signal()
    {
        TaskCompletionSource? grown;
        lock (_gate) (grown, _grown) = (_grown, null);
        grown?.SetResult();
    }
}
