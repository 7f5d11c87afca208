using System.Text.Json.Serialization;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Core.Progress;

/// <summary>A plan with how far each of its phases and steps is.</summary>
public sealed record PlanProgress(IReadOnlyList<PhaseProgress> Phases)
{
    /// <summary>The plan of a task; <see langword="null"/> until it has one.</summary>
    public static PlanProgress? Of(TaskRecord task)
    {
        if (task.Plan is not { } plan) return null;
        var runs = task.Steps.ToDictionary(run => run.Id);
        var waiting = Approvals.WaitingStep(task);
        var until = task.PausedSince + waiting?.Approval?.Timeout;
        var untouched = TaskLifecycle.IsTerminal(task.State) ? WorkStatus.Cancelled : WorkStatus.Pending;
        return new([.. plan.Phases.Select(phase => PhaseProgress.Of(phase, runs, untouched, step => step == waiting ? until : null))]);
    }
}

/// <param name="Id">From 1, in plan order.</param>
/// <param name="Title">What the phase is for.</param>
/// <param name="Status">Follows from its steps.</param>
/// <param name="Percentage">How many of its steps are done, 0 to 100, rounded down.</param>
/// <param name="Steps">In plan order.</param>
public sealed record PhaseProgress(int Id, string Title, WorkStatus Status, int Percentage, IReadOnlyList<StepProgress> Steps)
{
    internal static PhaseProgress Of(Phase phase, Dictionary<string, StepRun> runs, WorkStatus untouched, Func<Step, DateTimeOffset?> waitsUntil)
    {
        StepProgress[] steps = [.. phase.Steps.Select(step => StepProgress.Of(step, runs.GetValueOrDefault(step.Id), untouched, waitsUntil(step)))];
        return new(phase.Id, phase.Title, StatusOf(steps), Percent.Of(steps.Count(step => step.IsDone), steps.Length), steps);
    }

    private static WorkStatus StatusOf(StepProgress[] steps)
    {
        if (Any(WorkStatus.InProgress)) return WorkStatus.InProgress;
        if (Any(WorkStatus.Failed)) return WorkStatus.Failed;
        if (Any(WorkStatus.Cancelled)) return WorkStatus.Cancelled;
        if (All(WorkStatus.Pending)) return WorkStatus.Pending;
        if (All(WorkStatus.Skipped)) return WorkStatus.Skipped;
        return Any(WorkStatus.Pending) ? WorkStatus.InProgress : WorkStatus.Completed;

        bool Any(WorkStatus status) => steps.Any(step => step.Status == status);
        bool All(WorkStatus status) => steps.All(step => step.Status == status);
    }
}

/// <param name="Id">Unique in the plan.</param>
/// <param name="Title">What the step does.</param>
/// <param name="Kind">Who carries it out.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Attempts">How often it was begun.</param>
/// <param name="ExitCode">Of the last attempt, once it ended.</param>
/// <param name="Message">Why the last attempt ended so; nothing of a step that is pending.</param>
/// <param name="StartedAt">When the last attempt began; nothing of a step that is pending.</param>
/// <param name="CompletedAt">When it was over.</param>
public sealed record StepProgress(
    string Id,
    string Title,
    StepKind Kind,
    WorkStatus Status,
    int Attempts,
    int? ExitCode,
    string? Message,
    DateTimeOffset? StartedAt,
    DateTimeOffset? CompletedAt)
{
    /// <summary>Nothing is left to do: completed or skipped.</summary>
    internal bool IsDone => Status is WorkStatus.Completed or WorkStatus.Skipped;

    /// <summary>The agent's session that its last attempt worked in; <see langword="null"/> until that ended.</summary>
    public string? SessionId { get; init; }

    /// <summary>Of the agent's CLI.</summary>
    public string? AgentVersion { get; init; }

    /// <summary>Of all its attempts that have ended; <see langword="null"/> until an agent reports some.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>What the system shell runs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Command { get; init; }

    /// <summary>What the agent is asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Prompt { get; init; }

    /// <summary>Of a step that an operator must approve.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ApprovalProgress? Approval { get; init; }

    internal static StepProgress Of(Step step, StepRun? run, WorkStatus untouched, DateTimeOffset? waitsUntil) => new(
        step.Id,
        step.Title,
        step.Kind,
        run?.Status ?? untouched,
        run?.Attempts ?? 0,
        run?.ExitCode,
        run?.Status == WorkStatus.Pending ? null : run?.Message,
        run?.Status == WorkStatus.Pending ? null : run?.StartedAt,
        run?.CompletedAt)
    {
        SessionId = run?.SessionId,
        AgentVersion = run?.AgentVersion,
        Usage = run?.Usage,
        Command = step.Command,
        Prompt = step.Prompt,
        Approval = step.Approval is { } approval ? new(approval.Default, approval.Timeout, waitsUntil) : null,
    };
}

/// <param name="Default">What counts when nobody answers in time.</param>
/// <param name="Timeout">How long the step waits for an operator.</param>
/// <param name="Until">
/// When its time is over, while it waits. It is reckoned from the pause; a checkpoint that came before that is in its time already.
/// </param>
public sealed record ApprovalProgress(ApprovalDefault Default, TimeSpan Timeout, DateTimeOffset? Until);
