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
    private readonly CancellationTokenSource _lost = new();
    private StepRunFolder? _run;

    /// <summary>Asks the process to end.</summary>
    public CancellationToken Please => _please.Token;

    /// <summary>Kills it.</summary>
    public CancellationToken Now => _now.Token;

    /// <summary>The host stops, or another attempt has the task: this one ends without an outcome, and may go on in its next life.</summary>
    public CancellationToken Host => _host.Token;

    /// <summary>Another host may run the attempt: nothing more of it is written here.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Whether somebody else has the task.</summary>
    public bool IsSuperseded { get; private set; }

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

    /// <summary>Another attempt has the task, and waits until nothing of this one is left.</summary>
    public void Supersede()
    {
        lock (_gate) IsSuperseded = true;
        HostStops();
    }

    /// <summary>This host has lost the task: another one may run it at any time.</summary>
    public void Lose()
    {
        Supersede();
        _lost.Cancel();
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
