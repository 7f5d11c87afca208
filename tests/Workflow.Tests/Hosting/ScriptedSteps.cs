using System.Collections.Concurrent;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Workflow.Tests.Hosting;

/// <summary>The activity <c>RunStep</c>: attempts that end as they are told, or go on over slices until they are.</summary>
internal sealed class ScriptedSteps
{
    private readonly ConcurrentDictionary<string, StepOutcome[]> _outcomes = new();
    private readonly ConcurrentDictionary<string, bool> _held = new();
    private readonly Dictionary<(string Step, int Attempt), TaskCompletionSource<StepOutcome>> _slices = [];
    private readonly Lock _gate = new();

    public ConcurrentQueue<RunStep> Begun { get; } = [];

    /// <summary>How the last slice of each attempt ended.</summary>
    public ConcurrentDictionary<(string Step, int Attempt), StepEnding> Endings { get; } = new();

    public StepOutcome WhenStopped { get; set; } = new(StepEnding.Stopped, null, "2 processes ended in 0.1 s (sh 7, sleep 8).");

    public void Script(string step, StepOutcome[] outcomes) => _outcomes[step] = outcomes;

    public void Hold(string step) => _held[step] = true;

    public void End(string step, int attempt, StepOutcome outcome)
    {
        lock (_gate) SliceOf(step, attempt).TrySetResult(outcome);
    }

    /// <summary>A slice that was over leaves the attempt running: the next one finds the stop.</summary>
    public bool Stop(StopStep stop)
    {
        lock (_gate) return SliceOf(stop.StepId, stop.Attempt).TrySetResult(WhenStopped with { Stop = stop.Reason });
    }

    public async Task<StepOutcome> RunAsync(RunStep attempt, CancellationToken cancellationToken)
    {
        if (_held.ContainsKey(attempt.StepId))
        {
            Task<StepOutcome> slice;
            lock (_gate) slice = SliceOf(attempt.StepId, attempt.Attempt).Task;
            Begun.Enqueue(attempt); // Who has seen it may end it.
            var outcome = await slice.WaitAsync(cancellationToken);
            Endings[(attempt.StepId, attempt.Attempt)] = outcome.Ending;
            return outcome;
        }

        Begun.Enqueue(attempt);
        var outcomes = _outcomes.GetValueOrDefault(attempt.StepId, [ScriptedActivities.Exited(0)]);
        return outcomes[Math.Min(attempt.Attempt, outcomes.Length) - 1];
    }

    private TaskCompletionSource<StepOutcome> SliceOf(string step, int attempt)
    {
        if (_slices.TryGetValue((step, attempt), out var slice) && slice.Task is not { IsCompletedSuccessfully: true, Result.Ending: StepEnding.StillRunning })
        {
            return slice;
        }

        return _slices[(step, attempt)] = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
