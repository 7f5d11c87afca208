using System.Collections.Concurrent;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Progress;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Engine;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Workflow.Tests.Hosting;

/// <summary>The activities of <c>RunTask</c> as a test wants them to go. Steps exit with 0, and slots are free, unless said.</summary>
internal sealed class ScriptedActivities(TaskOutline outline)
{
    private readonly ScriptedSteps _steps = new();
    private readonly ConcurrentQueue<TimelineEntry> _recorded = [];

    public IReadOnlyList<RequestError> Errors { get; set; } = [];

    /// <summary>What a step that is stopped answers.</summary>
    public StepOutcome WhenStopped { get => _steps.WhenStopped; set => _steps.WhenStopped = value; }

    /// <summary>Where a task that asks stands.</summary>
    public QueuePlace Place { get; set; } = new(HasSlot: true, Detail: null);

    /// <summary>What comes of a planning attempt.</summary>
    public Func<AcceptPlan, AcceptedPlan> Plan { get; set; } = _ => throw new InvalidOperationException("Nobody was to plan.");

    /// <summary>What whoever records is told of the time that is left.</summary>
    public Forecast? Forecast { get; set; }

    public ConcurrentQueue<PrepareTask> Prepared { get; } = [];

    public ConcurrentQueue<RunStep> Begun => _steps.Begun;

    /// <summary>How the last slice of each attempt that was held has ended.</summary>
    public IReadOnlyDictionary<(string Step, int Attempt), StepEnding> Endings => _steps.Endings;

    public ConcurrentQueue<StopStep> Stops { get; } = [];

    public ConcurrentQueue<AcceptPlan> Plans { get; } = [];

    /// <summary>What a call for a checkpoint gives.</summary>
    public Func<TakeCheckpoint, TakenCheckpoint> Checkpoint { get; set; } = call => new(Reference(call.Id.Value, call.Type) with { At = call.At }, Problem: null);

    public ConcurrentQueue<TakeCheckpoint> Checkpoints { get; } = [];

    /// <summary>What a restore gives; by default the checkpoint before the first step.</summary>
    public Func<RestoreCheckpoint, RestoredCheckpoint> Restore { get; set; } = call => Restored(call);

    public ConcurrentQueue<RestoreCheckpoint> Restores { get; } = [];

    /// <summary>Whether anything stands still, or goes on, when it is told to.</summary>
    public bool Freezes { get; set; } = true;

    public ConcurrentQueue<FreezeStep> Freezings { get; } = [];

    /// <summary>What the runner of a step last said.</summary>
    public StepPulse Pulse { get; set; } = new(LastActivityAt: null, IdleWarningAfter: null, []);

    /// <summary>When the engine had suspended the task.</summary>
    public Func<ReadSuspensions, Task<IReadOnlyList<Suspension>>> Suspensions { get; set; } = _ => Task.FromResult<IReadOnlyList<Suspension>>([]);

    public Delivered Delivered { get; set; } = new("The patch is stored.", Problem: null);

    public ConcurrentQueue<CleanUp> CleanUps { get; } = [];

    /// <summary>Where the stored record says that the task stands.</summary>
    public Func<RevivedTask> Revived { get; set; } = () => throw new InvalidOperationException("Nobody was to revive it.");

    /// <summary>The start is one of a task that has a record already.</summary>
    public bool WasBegun { get; set; }

    /// <summary><c>join</c> or <c>leave</c>, in order.</summary>
    public ConcurrentQueue<string> Queueing { get; } = [];

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
    public void Exits(string step, params int[] codes) => _steps.Script(step, [.. codes.Select(Exited)]);

    /// <summary>The outcomes of a step's attempts; the last goes on.</summary>
    public void Script(string step, params StepOutcome[] outcomes) => _steps.Script(step, outcomes);

    /// <summary>The attempts of a step go on until <see cref="End"/> or a stop.</summary>
    public void Hold(string step) => _steps.Hold(step);

    /// <summary>Ends the slice that runs, or the next one: with <see cref="StepEnding.StillRunning"/> the attempt goes on.</summary>
    public void End(string step, int attempt, StepOutcome outcome) => _steps.End(step, attempt, outcome);

    public static StepOutcome Exited(int code) =>
        new(code == 0 ? StepEnding.Succeeded : StepEnding.Failed, code, $"It exited with {code}.");

    public static CheckpointReference Reference(string id, CheckpointType type = CheckpointType.Milestone) =>
        new(id, WireName.Of(type), default, new string('c', 40), "refs/agent-tasks/task-1/1");

    /// <summary>A restore of the checkpoint that was asked for, with these steps over.</summary>
    public static RestoredCheckpoint Restored(RestoreCheckpoint call, params string[] over) => new(
        Reference(call.CheckpointId ?? new string('0', CheckpointId.Length)), Reference(call.SafetyId.Value, CheckpointType.Manual), over,
        new Dictionary<string, AgentSession>(), Problem: null);

    public DurableRegistry AddTo(DurableRegistry registry) => registry
        .AddActivity(TaskActivities.Prepare, PrepareAsync)
        .AddActivity(TaskActivities.Record, RecordAsync)
        .AddActivity(TaskActivities.RunStep, _steps.RunAsync)
        .AddActivity(TaskActivities.StopStep, StopAsync)
        .AddActivity(TaskActivities.FreezeStep, FreezeAsync)
        .AddActivity(TaskActivities.ReadPulse, ReadPulseAsync)
        .AddActivity(TaskActivities.ReadSuspensions, (input, _) => Suspensions(input))
        .AddActivity(TaskActivities.CleanUp, (input, _) => Task.FromResult(Note(CleanUps, input)))
        .AddActivity(TaskActivities.TakeCheckpoint, CheckpointAsync)
        .AddActivity(TaskActivities.RestoreCheckpoint, RestoreAsync)
        .AddActivity(TaskActivities.Deliver, DeliverAsync)
        .AddActivity(TaskActivities.Revive, (_, _) => Task.FromResult(Revived()))
        .AddActivity(TaskActivities.AcceptPlan, AcceptAsync)
        .AddActivity(TaskActivities.JoinQueue, JoinAsync)
        .AddActivity(TaskActivities.LeaveQueue, LeaveAsync);

    private async Task<PreparedTask> PrepareAsync(PrepareTask input, CancellationToken cancellationToken)
    {
        Prepared.Enqueue(input);
        await PassAsync(input, cancellationToken);
        return Errors.Count > 0 ? new PreparedTask(null, Errors) : new PreparedTask(outline, []) { WasBegun = WasBegun };
    }

    private async Task<TakenCheckpoint> CheckpointAsync(TakeCheckpoint input, CancellationToken cancellationToken)
    {
        Checkpoints.Enqueue(input);
        await PassAsync(input, cancellationToken);
        return Checkpoint(input);
    }

    private async Task<RestoredCheckpoint> RestoreAsync(RestoreCheckpoint input, CancellationToken cancellationToken)
    {
        Restores.Enqueue(input);
        await PassAsync(input, cancellationToken);
        return Restore(input);
    }

    private async Task<Delivered> DeliverAsync(Deliver input, CancellationToken cancellationToken)
    {
        await PassAsync(input, cancellationToken);
        return Delivered;
    }

    private async Task<bool> FreezeAsync(FreezeStep input, CancellationToken cancellationToken)
    {
        Freezings.Enqueue(input);
        await PassAsync(input, cancellationToken);
        return Freezes;
    }

    private async Task<RecordedTimeline> RecordAsync(RecordTimeline input, CancellationToken cancellationToken)
    {
        foreach (var entry in input.Entries) _recorded.Enqueue(entry);
        await PassAsync(input, cancellationToken);
        return new RecordedTimeline(StartedAt: null, Forecast);
    }

    private async Task<bool> StopAsync(StopStep stop, CancellationToken cancellationToken)
    {
        Stops.Enqueue(stop);
        await PassAsync(stop, cancellationToken);
        return _steps.Stop(stop);
    }

    private async Task<StepPulse> ReadPulseAsync(ReadPulse input, CancellationToken cancellationToken)
    {
        await PassAsync(input, cancellationToken);
        return Pulse;
    }

    private async Task<AcceptedPlan> AcceptAsync(AcceptPlan input, CancellationToken cancellationToken)
    {
        Plans.Enqueue(input);
        await PassAsync(input, cancellationToken);
        return Plan(input);
    }

    private async Task<QueuePlace> JoinAsync(JoinQueue input, CancellationToken cancellationToken)
    {
        Queueing.Enqueue("join");
        await PassAsync(input, cancellationToken);
        return Place;
    }

    private async Task<bool> LeaveAsync(LeaveQueue input, CancellationToken cancellationToken)
    {
        Queueing.Enqueue("leave");
        await PassAsync(input, cancellationToken);
        return true;
    }

    private static bool Note<T>(ConcurrentQueue<T> calls, T call)
    {
        calls.Enqueue(call);
        return true;
    }

    private async Task PassAsync(object call, CancellationToken cancellationToken)
    {
        if (!Holds(call)) return;
        Held.TrySetResult();
        await Gate.Task.WaitAsync(cancellationToken);
    }
}
