using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Core.Progress;

/// <summary>How far a task is.</summary>
public sealed record ProgressReport
{
    /// <summary>How many of all steps are done, 0 to 100, rounded down: 100 only when nothing is left.</summary>
    public required int Percentage { get; init; }

    public required int PhasesCompleted { get; init; }

    public required int TotalPhases { get; init; }

    /// <summary>Completed or skipped.</summary>
    public required int StepsCompleted { get; init; }

    /// <summary>0 until there is a plan.</summary>
    public required int TotalSteps { get; init; }

    /// <summary>The title of the phase the task is in; <see langword="null"/> before its start and after its end.</summary>
    public required string? CurrentPhase { get; init; }

    /// <summary>How many steps of that phase are done, 0 to 100, rounded down.</summary>
    public int? PhasePercentage { get; init; }

    /// <summary>What happened last to a step, such as <c>Step 1.2 runs.</c></summary>
    public string? RecentActivity { get; init; }

    /// <summary>Since its start, pauses included.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary><see langword="null"/> as long as there is nothing to reckon it from.</summary>
    public TimeRange? Remaining { get; init; }

    public required Confidence Confidence { get; init; }

    /// <summary>What the numbers are reckoned from.</summary>
    public ProgressBasis Basis { get; init; }

    /// <summary>Why more is left than an earlier report said; <see langword="null"/> if that is not so.</summary>
    public string? Reason { get; init; }

    /// <param name="task">Whose progress.</param>
    /// <param name="plan">Its plan as <see cref="PlanProgress.Of"/> gives it.</param>
    /// <param name="now">The time it is read.</param>
    public static ProgressReport Of(TaskRecord task, PlanProgress? plan, DateTimeOffset now)
    {
        var phases = plan?.Phases ?? [];
        var total = phases.Sum(phase => phase.Steps.Count);
        var done = phases.Sum(phase => phase.Steps.Count(step => step.IsDone));
        var percentage = Percent.Of(done, total);
        var runs = task.StartedAt is not null && !TaskLifecycle.HasEnded(task.State);
        var current = runs ? phases.FirstOrDefault(phase => !IsDone(phase)) : null;
        var forecast = runs ? task.Forecast : null;

        // A task that the engine has suspended rests although no entry of its timeline says so.
        var clock = task.PausedSince < now ? task.PausedSince.Value : now;
        return new()
        {
            Percentage = percentage,
            PhasesCompleted = phases.Count(IsDone),
            TotalPhases = phases.Count,
            StepsCompleted = done,
            TotalSteps = total,
            CurrentPhase = current?.Title,
            PhasePercentage = current?.Percentage,
            RecentActivity = RecentActivityOf(task),
            Elapsed = TaskDurations.Of(task, now).Total,
            Remaining = task.State == TaskState.Completed ? TimeRange.None : forecast?.RemainingAt(clock),
            Confidence = ConfidenceAt(percentage),
            Basis = forecast?.Basis ?? ProgressBasis.Steps,
            Reason = forecast?.ReasonAt(clock),
        };
    }

    /// <summary>How much a forecast is worth: low up to 10 %, medium up to 50 %, high above.</summary>
    public static Confidence ConfidenceAt(int percentage) => percentage switch
    {
        <= 10 => Confidence.Low,
        <= 50 => Confidence.Medium,
        _ => Confidence.High,
    };

    /// <summary>Of a step that is under way.</summary>
    public static string Runs(string stepId, int attempt) => attempt > 1 ? $"Step {stepId} runs, attempt {attempt}." : $"Step {stepId} runs.";

    private static string? RecentActivityOf(TaskRecord task)
    {
        // Steps run in order; only where a checkpoint was restored may the last one not be the latest.
        var run = task.Steps.FindLast(step => step.RunningSince is not null) ?? task.Steps.MaxBy(step => step.CompletedAt ?? step.StartedAt);
        return run switch
        {
            null => null,
            { RunningSince: not null } => Runs(run.Id, run.Attempts),
            { Status: WorkStatus.Pending, StartedAt: null } => $"Step {run.Id} is to be done again.",
            { Status: WorkStatus.Pending } => $"Step {run.Id} was interrupted.",
            { Status: WorkStatus.Failed } => $"Step {run.Id} failed.",
            _ => $"Step {run.Id} was {WireName.Of(run.Status)}.",
        };
    }

    private static bool IsDone(PhaseProgress phase) => phase.Status is WorkStatus.Completed or WorkStatus.Skipped;
}

public enum Confidence
{
    Low,
    Medium,
    High,
}

/// <param name="Low">One of ten times it takes less.</param>
/// <param name="Likely">What is expected.</param>
/// <param name="High">One of ten times it takes more.</param>
public sealed record TimeRange(TimeSpan Low, TimeSpan Likely, TimeSpan High)
{
    public static TimeRange None { get; } = new(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);
}

/// <summary>Parts of a whole, 0 to 100, rounded down; 0 of nothing.</summary>
public static class Percent
{
    public static int Of(int part, int whole) => whole == 0 ? 0 : (int)(100L * part / whole);
}
