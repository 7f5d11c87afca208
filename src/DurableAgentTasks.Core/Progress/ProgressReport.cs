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

    /// <summary>Since its start, pauses included.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary><see langword="null"/> as long as there is nothing to reckon it from.</summary>
    public TimeRange? Remaining { get; init; }

    public required Confidence Confidence { get; init; }

    /// <summary>What the numbers are reckoned from.</summary>
    public string Basis { get; init; } = "steps";

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
        return new()
        {
            Percentage = percentage,
            PhasesCompleted = phases.Count(IsDone),
            TotalPhases = phases.Count,
            StepsCompleted = done,
            TotalSteps = total,
            CurrentPhase = runs ? phases.FirstOrDefault(phase => !IsDone(phase))?.Title : null,
            Elapsed = TaskDurations.Of(task, now).Total,
            Confidence = ConfidenceAt(percentage),
        };
    }

    /// <summary>How much a forecast is worth: low up to 10 %, medium up to 50 %, high above.</summary>
    public static Confidence ConfidenceAt(int percentage) => percentage switch
    {
        <= 10 => Confidence.Low,
        <= 50 => Confidence.Medium,
        _ => Confidence.High,
    };

    private static bool IsDone(PhaseProgress phase) => phase.Status is WorkStatus.Completed or WorkStatus.Skipped;
}

public enum Confidence
{
    Low,
    Medium,
    High,
}

public sealed record TimeRange(TimeSpan Low, TimeSpan Likely, TimeSpan High);

internal static class Percent
{
    public static int Of(int part, int whole) => whole == 0 ? 0 : (int)(100L * part / whole);
}
