using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>
/// The stop of one attempt: by whom it was asked first, and the token that tells the process. The run is marked before it is told, so
/// that the end we give it is not taken for its own, in a later life either.
/// </summary>
/// <remarks>Not disposable: it has neither timer nor wait handle, and a late stop must find it usable.</remarks>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "See the remarks.")]
internal sealed class StepStop(StepRunFolder run)
{
    private readonly CancellationTokenSource _source = new();
    private int _reason = -1;
    private int _told;

    public CancellationToken Token => _source.Token;

    /// <summary><see langword="null"/> if nobody asked, or only the host that stops.</summary>
    public StopReason? Reason => Volatile.Read(ref _reason) is >= 0 and var reason ? (StopReason)reason : null;

    public void Ask(StopReason reason)
    {
        Interlocked.CompareExchange(ref _reason, (int)reason, -1);
        Cancel();
    }

    public void Cancel()
    {
        if (Interlocked.Exchange(ref _told, 1) == 1) return;
        run.MarkInterrupted();
        _source.Cancel();
    }
}
