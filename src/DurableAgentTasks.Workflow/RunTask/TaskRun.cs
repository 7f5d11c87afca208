using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>Where a task stands: all that one generation of <c>RunTask</c> hands to the next.</summary>
public sealed record TaskRun
{
    /// <summary>Of the decisions that are taken now. A change of them raises it, and asks for it: a generation that was begun under a lower one keeps to that.</summary>
    public const int CurrentVersion = 7;

    /// <summary>Under which version this generation was begun. It also tells a run from the body of a start.</summary>
    public int RunTaskVersion { get; init; } = CurrentVersion;

    public required TaskOutline Outline { get; init; }

    public TaskState State { get; init; } = TaskState.Created;

    /// <summary>Why it is in this state, as the timeline says.</summary>
    public string? Detail { get; init; }

    /// <summary>The number of the timeline's next entry.</summary>
    public long NextEntry { get; init; } = 1;

    /// <summary>In which the timeline is written.</summary>
    public int Epoch { get; init; }

    /// <summary>When the slot it runs in was last asked for; <see langword="null"/> while it has none.</summary>
    public DateTimeOffset? SlotRenewedAt { get; init; }

    public RunDeadlines Deadlines { get; init; } = new();

    /// <summary>The limits as the timeline last told them.</summary>
    public TaskDeadlines? ToldDeadlines { get; init; }

    /// <summary>Phases that are over.</summary>
    public int PhasesDone { get; init; }

    /// <summary>Steps of the present phase that are over.</summary>
    public int StepsDone { get; init; }

    /// <summary>Of the steps that are over, those that were not carried out.</summary>
    public IReadOnlyList<string> Skipped { get; init; } = [];

    public StepWork Work { get; init; } = new();

    /// <summary>How often steps were begun that are to be done again after a restore, or by a later generation.</summary>
    public IReadOnlyDictionary<string, int> Attempts { get; init; } = new Dictionary<string, int>();

    /// <summary>Rises with every slice, so that of two calls the later one is known.</summary>
    public long Fence { get; init; }

    /// <summary>How often the task may use its budget in full: an operator who resumes it after it was spent grants it once more.</summary>
    public int BudgetsGranted { get; init; }

    public RunCheckpoints Checkpoints { get; init; } = new();

    public RunPulse Pulse { get; init; } = new();

    /// <summary>What the record last told of time; it is shown, and decides nothing.</summary>
    public RecordedTimeline? Recorded { get; init; }

    /// <summary>The checkpoint to be restored before anything else is carried out.</summary>
    public OwedRestore? Restore { get; init; }

    /// <summary>The restore that neither a failure of it nor a pause spares the task.</summary>
    internal OwedRestore? LastingRestore => IsBefore4 ? null : Restore is { Lasts: true } ? Restore : Restore?.Otherwise;

    /// <summary>The step that was rolled back for, and its retries until then: they count on.</summary>
    public RolledBack? RolledBack { get; init; }

    /// <summary>What was decided of the step that waited for an approval.</summary>
    public StepVerdict? Verdict { get; init; }

    /// <summary>The operator's cancel that is being carried out.</summary>
    public OperatorCommand? Cancel { get; init; }

    /// <summary>Why the task is paused, or will be as soon as nothing runs.</summary>
    public TaskPause? Pause { get; init; }

    /// <summary>Why a pause is to end.</summary>
    public TaskResumption? Resumption { get; init; }

    /// <summary>What the task fails of.</summary>
    public TaskError? Failure { get; init; }

    /// <summary>Whether it keeps to what was decided before version 4.</summary>
    internal bool IsBefore4 => RunTaskVersion < 4;

    /// <summary>The same of version 5.</summary>
    internal bool IsBefore5 => RunTaskVersion < 5;

    /// <summary>The same of version 6.</summary>
    internal bool IsBefore6 => RunTaskVersion < 6;

    /// <summary>The same of version 7.</summary>
    internal bool IsBefore7 => RunTaskVersion < 7;

    /// <summary>What is to be carried out next, making a plan included; <see langword="null"/> when nothing is left.</summary>
    internal StepOutline? Step =>
        IsPlanned ? Phase?.Steps[StepsDone] : new StepOutline(TaskOutline.PlanStepId, Outline.PlanTimeout, Critical: true, Retry: null);

    internal bool IsPlanned => Outline.Phases.Count > 0;

    internal PhaseOutline? Phase => PhasesDone < Outline.Phases.Count ? Outline.Phases[PhasesDone] : null;

    /// <summary>How long the present phase, or the one to come, may take in all.</summary>
    internal TimeSpan? PhaseLimit => Outline.PhaseTimeout + Deadlines.PhaseExtension;

    /// <summary>The limits as the task's record shows them: what stands still has no moment.</summary>
    internal TaskDeadlines ShownDeadlines
    {
        get
        {
            if (TaskLifecycle.HasEnded(State)) return new(Task: null, Phase: null, Idle: null);
            var limits = new TaskDeadlines(Task: null, Phase: null, Idle: null) { TaskLimit = Deadlines.TaskLimit, PhaseLimit = PhaseLimit };
            return Deadlines.RestsSince is { } since
                ? limits with { TaskLeft = Deadlines.Task - since, PhaseLeft = Deadlines.Phase - since }
                : limits with { Task = Deadlines.Task, Phase = Deadlines.Phase };
        }
    }

    /// <summary>When the limits are reached of what runs, if it does.</summary>
    internal IEnumerable<DateTimeOffset?> Moments => [Deadlines.Task, Deadlines.Warning, Deadlines.Phase, Work.BegunAt + Step?.Timeout];

    internal IEnumerable<StepOutline> Steps => Outline.Phases.SelectMany(phase => phase.Steps);

    internal int TotalSteps => Outline.Phases.Sum(phase => phase.Steps.Count);

    /// <summary>Completed or skipped.</summary>
    internal int StepsOver => Outline.Phases.Take(PhasesDone).Sum(phase => phase.Steps.Count) + StepsDone;

    /// <summary>The steps that are over.</summary>
    internal IEnumerable<string> Behind => Steps.Take(StepsOver).Select(step => step.Id);

    internal int StepsCompleted => StepsOver - Skipped.Count;

    internal int StepsSkipped => Skipped.Count;

    /// <summary>The run that is to pause: a resumption that was meant for another pause does not end this one.</summary>
    internal TaskRun ToPause(TaskPause pause) => this with { Pause = pause, Resumption = IsBefore4 ? Resumption : null };

    /// <summary>The run with its present step behind it.</summary>
    internal TaskRun StepOver(bool completed)
    {
        var phaseOver = StepsDone + 1 == Phase!.Steps.Count;
        return this with
        {
            Work = new StepWork(),
            Verdict = null,
            RolledBack = RolledBack?.StepId == Step!.Id ? null : RolledBack,
            Skipped = completed ? Skipped : [.. Skipped, Step.Id],
            StepsDone = phaseOver ? 0 : StepsDone + 1,
            PhasesDone = PhasesDone + (phaseOver ? 1 : 0),
            Checkpoints = Checkpoints.Settle(completed && !IsBefore4),
            Deadlines = phaseOver ? Deadlines.EndPhase() : Deadlines,
        };
    }

    /// <summary>The run at the first step that is not over.</summary>
    /// <param name="over">Completed or skipped.</param>
    internal TaskRun At(IReadOnlySet<string> over)
    {
        var phases = Outline.Phases.TakeWhile(phase => phase.Steps.All(step => over.Contains(step.Id))).Count();
        var steps = phases == Outline.Phases.Count ? 0 : Outline.Phases[phases].Steps.TakeWhile(step => over.Contains(step.Id)).Count();
        var position = this with { PhasesDone = phases, StepsDone = steps, Work = new StepWork(), Verdict = null };
        var behind = position.Behind.ToHashSet();
        return position with { Skipped = [.. Skipped.Where(behind.Contains)] };
    }

    /// <summary>The run a later generation goes on with, or <see langword="null"/> if <paramref name="input"/> is a start's body.</summary>
    public static TaskRun? Continued(JsonElement input) =>
        input.ValueKind == JsonValueKind.Object && input.TryGetProperty("runTaskVersion", out _)
            ? input.Deserialize<TaskRun>(TaskJson.Options)
            : null;
}
