using System.Collections.Concurrent;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Engine;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Workflow.Tests.Hosting;

/// <summary>The activities of <c>RunTask</c> as a test wants them to go. Steps exit with 0 unless said.</summary>
internal sealed class ScriptedActivities(TaskOutline outline)
{
    private readonly ConcurrentDictionary<string, int[]> _exits = new();
    private readonly ConcurrentDictionary<string, bool> _held = new();
    private readonly ConcurrentDictionary<(string Step, int Attempt), TaskCompletionSource<StepOutcome>> _ends = new();
    private readonly ConcurrentQueue<TimelineEntry> _recorded = [];

    public IReadOnlyList<RequestError> Errors { get; set; } = [];

    /// <summary>What a step that is stopped answers.</summary>
    public StepOutcome WhenStopped { get; set; } = new(StepEnding.Stopped, null, "2 processes ended in 0.1 s (sh 7, sleep 8).");

    public ConcurrentQueue<PrepareTask> Prepared { get; } = [];

    public ConcurrentQueue<RunStep> Begun { get; } = [];

    public ConcurrentQueue<StopStep> Stops { get; } = [];

    /// <summary>Holds the calls it is asked about until <see cref="Gate"/> opens.</summary>
    public Predicate<object> Holds { get; set; } = _ => false;

    public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when a call is held.</summary>
    public TaskCompletionSource Held { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>In the order of their numbers; what was written twice, as a crash makes it, once.</summary>
    public IReadOnlyList<TimelineEntry> Timeline => [.. _recorded.DistinctBy(entry => entry.Number).OrderBy(entry => entry.Number)];

    /// <summary>The attempts that were begun, such as <c>1.1#1</c>; one that began again after a restart once.</summary>
    public IEnumerable<string> Attempts => Begun.Select(step => $"{step.StepId}#{step.Attempt}").Distinct();

    /// <summary>The exit codes of a step's attempts; the last goes on.</summary>
    public void Exits(string step, params int[] codes) => _exits[step] = codes;

    /// <summary>The attempts of a step go on until <see cref="End"/> or a stop.</summary>
    public void Hold(string step) => _held[step] = true;

    public void End(string step, int attempt, StepOutcome outcome) => EndOf(step, attempt).TrySetResult(outcome);

    public static StepOutcome Exited(int code) =>
        new(code == 0 ? StepEnding.Succeeded : StepEnding.Failed, code, $"It exited with {code}.");

    public DurableRegistry AddTo(DurableRegistry registry) => registry
        .AddActivity(TaskActivities.Prepare, PrepareAsync)
        .AddActivity(TaskActivities.Record, RecordAsync)
        .AddActivity(TaskActivities.RunStep, RunAsync)
        .AddActivity(TaskActivities.StopStep, StopAsync);

    private async Task<PreparedTask> PrepareAsync(PrepareTask input, CancellationToken cancellationToken)
    {
        Prepared.Enqueue(input);
        await PassAsync(input, cancellationToken);
        return Errors.Count > 0 ? new PreparedTask(null, Errors) : new PreparedTask(outline, []);
    }

    private async Task<bool> RecordAsync(RecordTimeline input, CancellationToken cancellationToken)
    {
        foreach (var entry in input.Entries) _recorded.Enqueue(entry);
        await PassAsync(input, cancellationToken);
        return true;
    }

    private async Task<StepOutcome> RunAsync(RunStep attempt, CancellationToken cancellationToken)
    {
        Begun.Enqueue(attempt);
        if (_held.ContainsKey(attempt.StepId)) return await EndOf(attempt.StepId, attempt.Attempt).Task.WaitAsync(cancellationToken);
        var codes = _exits.GetValueOrDefault(attempt.StepId, [0]);
        return Exited(codes[Math.Min(attempt.Attempt, codes.Length) - 1]);
    }

    private async Task<bool> StopAsync(StopStep stop, CancellationToken cancellationToken)
    {
        Stops.Enqueue(stop);
        await PassAsync(stop, cancellationToken);
        return EndOf(stop.StepId, stop.Attempt).TrySetResult(WhenStopped);
    }

    private async Task PassAsync(object call, CancellationToken cancellationToken)
    {
        if (!Holds(call)) return;
        Held.TrySetResult();
        await Gate.Task.WaitAsync(cancellationToken);
    }

    private TaskCompletionSource<StepOutcome> EndOf(string step, int attempt) =>
        _ends.GetOrAdd((step, attempt), _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
