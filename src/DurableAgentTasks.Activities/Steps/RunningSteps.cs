using System.Collections.Concurrent;
using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Steps;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>
/// The attempts that run in this process, from their beginning until their outcome was fetched, and the activities <c>StopStep</c> and
/// <c>FreezeStep</c>. What is asked is stored too, so that it also holds for an attempt that runs elsewhere, has not begun, or begins
/// again after a crash.
/// </summary>
public sealed class RunningSteps(StepControls controls, StorageRetry retry) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<StepKey, RunningStep> _running = [];

    /// <summary>Those that are not over.</summary>
    public IReadOnlyList<RunningStep> All => [.. _running.Values.Where(step => !step.Outcome.IsCompleted)];

    public async Task<bool> StopAsync(StopStep input, CancellationToken cancellationToken)
    {
        // Told at once, for a full disk may keep it from being stored for long; and again then, to one that began meanwhile.
        var told = Tell(StepKey.Of(input), input.Reason);
        await retry.RunAsync(
            token => controls.RequestStopAsync(TaskId.Parse(input.TaskId), input.StepId, input.Attempt, input.Reason.ToString(), token), cancellationToken);
        return Tell(StepKey.Of(input), input.Reason) || told;
    }

    public async Task<bool> FreezeAsync(FreezeStep input, CancellationToken cancellationToken)
    {
        var told = Tell(StepKey.Of(input), input.Frozen);
        await retry.RunAsync(
            token => controls.RequestFreezeAsync(TaskId.Parse(input.TaskId), input.StepId, input.Attempt, input.Frozen, token), cancellationToken);
        return Tell(StepKey.Of(input), input.Frozen) || told;
    }

    /// <summary>Tells an attempt what was asked of it before it could be told.</summary>
    internal async Task TellStoredAsync(RunningStep step, CancellationToken cancellationToken)
    {
        var (task, stepId, attempt) = step.Key;
        var asked = await controls.ReadAsync(TaskId.Parse(task), stepId, attempt, cancellationToken);
        step.Freeze.Set(FreezeCause.Asked, asked.Frozen);
        if (asked.Stop is { } reason) step.Stop.Ask(Enum.Parse<StopReason>(reason));
    }

    /// <summary>The attempt as it runs here, or else a new one.</summary>
    internal RunningStep GetOrBegin(StepKey key, Func<RunningStep, Task<StepOutcome>> run)
    {
        var mine = new RunningStep(key);
        var step = _running.GetOrAdd(key, mine);
        if (ReferenceEquals(step, mine)) mine.Begin(run);
        return step;
    }

    /// <summary>The outcome was fetched: the attempt is asked for no more, or begins again.</summary>
    internal void Forget(RunningStep step) => _running.TryRemove(KeyValuePair.Create(step.Key, step));

    /// <summary>Whether the attempt is here, though it may be over.</summary>
    internal bool Has(StepKey key) => _running.ContainsKey(key);

    /// <summary>Ends what runs of a task, and completes when it is over. Nobody asks for its outcome any more.</summary>
    public Task EndAsync(TaskId task, CancellationToken cancellationToken) =>
        EndAsync(key => key.TaskId == task.Value, cancellationToken);

    /// <summary>Ends what else runs of the task of an attempt.</summary>
    internal Task EndOthersAsync(StepKey than, CancellationToken cancellationToken) =>
        EndAsync(key => key.TaskId == than.TaskId && key != than, cancellationToken);

    private async Task EndAsync(Func<StepKey, bool> which, CancellationToken cancellationToken)
    {
        var steps = _running.Values.Where(step => which(step.Key)).ToList();
        foreach (var step in steps) step.Stop.Supersede();
        foreach (var step in steps)
        {
            await step.WhenOver.WaitAsync(cancellationToken);
            Forget(step);
        }
    }

    /// <summary>The host stops; those that nobody watches at the moment are ended too.</summary>
    public async ValueTask DisposeAsync()
    {
        var steps = _running.Values.ToList();
        foreach (var step in steps) step.Stop.HostStops();
        await Task.WhenAll(steps.Select(step => step.WhenOver));
    }

    private bool Tell(StepKey key, StopReason reason)
    {
        if (!_running.TryGetValue(key, out var step)) return false;
        step.Stop.Ask(reason);
        return true;
    }

    private bool Tell(StepKey key, bool frozen) => _running.TryGetValue(key, out var step) && step.Freeze.Set(FreezeCause.Asked, frozen);
}

/// <summary>An attempt that runs in this process, over as many slices as it takes.</summary>
public sealed class RunningStep
{
    private readonly TaskCompletionSource<StepOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _resumed;
    private bool _moved;

    /// <summary>The outcome of an attempt that does not have its task any more.</summary>
    internal static StepOutcome Superseded => new(StepEnding.Superseded, null, null);

    internal RunningStep(StepKey key) => Key = key;

    public StepKey Key { get; }

    /// <summary>Cancelled if the host stops before the attempt is over; superseded if somebody else has the task.</summary>
    public Task<StepOutcome> Outcome => _outcome.Task;

    /// <summary>Completes with <see cref="Outcome"/>, and does not fail.</summary>
    public Task WhenOver => _outcome.Task.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>Of one that was told to stop: completes when nothing of it runs any more, though its log may not be stored yet.</summary>
    internal Task WhenGone => Stop.Program is { } program ? Task.WhenAny(program, WhenOver) : WhenOver;

    internal StepStop Stop { get; } = new();

    internal StepFreeze Freeze { get; } = new();

    /// <summary>What the agent reported so far.</summary>
    internal Func<AgentReport?> Report { get; set; } = () => null;

    /// <summary>Keeps that a program of the attempt is about to start.</summary>
    internal Func<CancellationToken, Task> Starts { get; set; } = _ => Task.CompletedTask;

    /// <summary>Whichever host began the attempt last went down and did not end it; of another host, that it had started a program.</summary>
    internal bool HostCrashed { get; set; }

    /// <summary>The attempt goes on that another host began.</summary>
    internal bool HasMoved => _moved;

    /// <summary>The attempt goes on that an earlier life of the host began; to be told once.</summary>
    internal void Resumed() => Volatile.Write(ref _resumed, 1);

    /// <summary>The attempt goes on that another host began; to be told once.</summary>
    internal void Moved()
    {
        _moved = true;
        Resumed();
    }

    /// <summary>The outcome of a call, with what is to be told of how the attempt went on.</summary>
    internal StepOutcome Tell(StepOutcome outcome) => With(outcome, Interlocked.Exchange(ref _resumed, 0) == 1);

    /// <summary>The outcome with the same, for a call that comes when nobody here knows of the attempt any more.</summary>
    internal StepOutcome Untold(StepOutcome outcome) => With(outcome, Volatile.Read(ref _resumed) == 1);

    internal void Begin(Func<RunningStep, Task<StepOutcome>> run) => _ = RunAsync(run);

    private StepOutcome With(StepOutcome outcome, bool resumed)
    {
        var told = Freeze.WasSuspended ? outcome with { WasSuspended = true } : outcome;
        return resumed ? told with { Resumed = true, Moved = _moved } : told;
    }

    private async Task RunAsync(Func<RunningStep, Task<StepOutcome>> run)
    {
        await Task.Yield();
        try
        {
            var outcome = await run(this);
            _outcome.SetResult(Stop.IsSuperseded ? Superseded : outcome);
        }
        catch (Exception) when (Stop.IsSuperseded)
        {
            _outcome.SetResult(Superseded);
        }
        catch (OperationCanceledException) when (Stop.Host.IsCancellationRequested)
        {
            _outcome.SetCanceled(Stop.Host);
        }
        catch (Exception error)
        {
            _outcome.SetException(error);
        }
    }
}
