using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>
/// The stop of one attempt: by whom it was asked first, and the tokens that tell the process. The run is marked before it is told, so
/// that the end we give it is not taken for its own, in a later life either.
/// </summary>
/// <remarks>Not disposable: it has neither timer nor wait handle, and a late stop must find it usable.</remarks>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "See the remarks.")]
internal sealed class StepStop
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _please = new();
    private readonly CancellationTokenSource _now = new();
    private readonly CancellationTokenSource _host = new();
    private StepRunFolder? _run;

    /// <summary>Asks the process to end.</summary>
    public CancellationToken Please => _please.Token;

    /// <summary>Kills it.</summary>
    public CancellationToken Now => _now.Token;

    /// <summary>The host stops: the attempt goes on in its next life.</summary>
    public CancellationToken Host => _host.Token;

    /// <summary><see langword="null"/> if nobody asked, or only the host that stops.</summary>
    public StopReason? Reason { get; private set; }

    /// <summary>What the first to ask said, for people.</summary>
    public string? Why { get; private set; }

    /// <summary>Why we ended it, where that makes a failure of it.</summary>
    public StepFailure? Failure { get; private set; }

    /// <summary>Completes when nothing of the program that runs is left; <see langword="null"/> while it is not known whether one does.</summary>
    public Task? Program { get; set; }

    /// <summary>From now on it is this run that a stop ends.</summary>
    public void EndsNow(StepRunFolder run)
    {
        lock (_gate)
        {
            (_run, Program) = (run, null);
            if (_please.IsCancellationRequested) run.MarkInterrupted();
        }
    }

    public void Ask(StopReason reason, string? why = null)
    {
        lock (_gate)
        {
            if (Reason is null) (Reason, Why) = (reason, why);
        }

        Cancel(_please);
        if (reason == StopReason.Emergency) Cancel(_now);
    }

    /// <summary>Ends a run that has failed already, though its process has not.</summary>
    public void Fail(StepFailure failure)
    {
        lock (_gate) Failure ??= failure;
        Cancel(_please);
    }

    public void HostStops()
    {
        Cancel(_please);
        Cancel(_host);
    }

    private void Cancel(CancellationTokenSource source)
    {
        lock (_gate)
        {
            if (source.IsCancellationRequested) return;
            _run?.MarkInterrupted();
        }

        source.Cancel();
    }
}
