using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>Where a task stands: all that one generation of <c>RunTask</c> hands to the next.</summary>
public sealed record TaskRun
{
    /// <summary>Tells it from the body of a start; a change of its shape raises it.</summary>
    public int RunTaskVersion { get; init; } = 2;

    public required TaskOutline Outline { get; init; }

    public TaskState State { get; init; } = TaskState.Created;

    /// <summary>Why it is in this state, as the timeline says.</summary>
    public string? Detail { get; init; }

    /// <summary>The number of the timeline's next entry.</summary>
    public long NextEntry { get; init; } = 1;

    /// <summary>When the slot it runs in was last asked for; <see langword="null"/> while it has none.</summary>
    public DateTimeOffset? SlotRenewedAt { get; init; }

    public RunDeadlines Deadlines { get; init; } = new();

    /// <summary>Phases that are over.</summary>
    public int PhasesDone { get; init; }

    /// <summary>Steps of the present phase that are over.</summary>
    public int StepsDone { get; init; }

    public StepWork Work { get; init; } = new();

    public int StepsCompleted { get; init; }

    public int StepsSkipped { get; init; }

    /// <summary>The operator's cancel that is being carried out.</summary>
    public OperatorCommand? Cancel { get; init; }

    /// <summary>Why the task is paused, or will be as soon as nothing runs.</summary>
    public TaskPause? Pause { get; init; }

    /// <summary>Why a pause is to end.</summary>
    public TaskResumption? Resumption { get; init; }

    /// <summary>What the task fails of.</summary>
    public TaskError? Failure { get; init; }

    /// <summary>What is to be carried out next, making a plan included; <see langword="null"/> when nothing is left.</summary>
    internal StepOutline? Step =>
        IsPlanned ? Phase?.Steps[StepsDone] : new StepOutline(TaskOutline.PlanStepId, Outline.PlanTimeout, Critical: true, Retry: null);

    internal bool IsPlanned => Outline.Phases.Count > 0;

    internal PhaseOutline? Phase => PhasesDone < Outline.Phases.Count ? Outline.Phases[PhasesDone] : null;

    internal int TotalSteps => Outline.Phases.Sum(phase => phase.Steps.Count);

    /// <summary>The run with its present step behind it.</summary>
    internal TaskRun StepOver(bool completed)
    {
        var phaseOver = StepsDone + 1 == Phase!.Steps.Count;
        return this with
        {
            Work = new StepWork(),
            StepsCompleted = StepsCompleted + (completed ? 1 : 0),
            StepsSkipped = StepsSkipped + (completed ? 0 : 1),
            StepsDone = phaseOver ? 0 : StepsDone + 1,
            PhasesDone = PhasesDone + (phaseOver ? 1 : 0),
            Deadlines = phaseOver ? Deadlines with { Phase = null } : Deadlines,
        };
    }

    /// <summary>The run a later generation goes on with, or <see langword="null"/> if <paramref name="input"/> is a start's body.</summary>
    public static TaskRun? Continued(JsonElement input) =>
        input.ValueKind == JsonValueKind.Object && input.TryGetProperty("runTaskVersion", out _)
            ? input.Deserialize<TaskRun>(TaskJson.Options)
            : null;
}

/// <summary>How far the present step is.</summary>
public sealed record StepWork
{
    /// <summary>The number of the last attempt that was begun; 0 if none was.</summary>
    public int Attempt { get; init; }

    /// <summary>When the attempt that is under way was begun; <see langword="null"/> if none is.</summary>
    public DateTimeOffset? BegunAt { get; init; }

    /// <summary>Whether a slice of the attempt under way was asked for.</summary>
    public bool HasRun { get; init; }

    /// <summary>The session the next attempt or slice goes on in.</summary>
    public AgentSession? Session { get; init; }

    /// <summary>What the slices of the attempt under way have last reported.</summary>
    public AgentReport? Report { get; init; }

    /// <summary>Attempts after a failure: those after a pause or a quota are none.</summary>
    public int Retries { get; init; }

    /// <summary>How often the step waited for a quota.</summary>
    public int QuotaWaits { get; init; }

    /// <summary>Before this no other attempt begins.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Of the planning step: that the agent has been told once what is wrong with its plan.</summary>
    public bool PlanRefused { get; init; }

    internal bool IsUnderWay => BegunAt is not null;
}
