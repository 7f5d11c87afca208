using DurableAgentTasks.Core.Progress;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>The custom status: what lists and dashboards show of a task without reading its record. It is short whatever the plan.</summary>
public sealed record TaskStatusSummary(TaskState State, string? Detail, string? Agent, string? AgentId, ProgressReport Progress)
{
    /// <summary>UTF-16 characters of JSON of each text: all of them, and the numbers beside them, are below <see cref="DurableLimits.CustomStatusLength"/>.</summary>
    private const int MaxText = 1_000;

    /// <param name="run">Where the task stands.</param>
    /// <param name="recorded">The last that <see cref="TaskActivities.Record"/> has answered; <see langword="null"/> before that.</param>
    /// <param name="now">By the durable clock.</param>
    internal static TaskStatusSummary Of(TaskRun run, RecordedTimeline? recorded, DateTimeOffset now)
    {
        var done = run.StepsCompleted + run.StepsSkipped;
        var percentage = Percent.Of(done, run.TotalSteps);
        var runs = !TaskLifecycle.HasEnded(run.State);
        var forecast = runs ? recorded?.Forecast : null;
        var phase = runs ? run.Phase : null;
        var progress = new ProgressReport
        {
            Percentage = percentage,
            PhasesCompleted = run.PhasesDone,
            TotalPhases = run.Outline.Phases.Count,
            StepsCompleted = done,
            TotalSteps = run.TotalSteps,
            CurrentPhase = Short(phase?.Title),
            PhasePercentage = phase is null ? null : Percent.Of(run.StepsDone, phase.Steps.Count),
            RecentActivity = Short(ActivityOf(run)),
            Elapsed = now > recorded?.StartedAt ? now - recorded.StartedAt.Value : TimeSpan.Zero,
            Remaining = run.State == TaskState.Completed ? TimeRange.None : forecast?.RemainingAt(now),
            Confidence = ProgressReport.ConfidenceAt(percentage),
            Basis = forecast?.Basis ?? ProgressBasis.Steps,
            Reason = Short(forecast?.ReasonAt(now)),
        };
        return new(run.State, Short(run.Detail), Short(run.Outline.Agent), Short(run.Outline.AgentId), progress);
    }

    private static string? ActivityOf(TaskRun run) =>
        run.Work.IsUnderWay && run.Step is { } step ? ProgressReport.Runs(step.Id, run.Work.Attempt) : null;

    private static string? Short(string? text) => text is null ? null : ShortText.InJson(text, MaxText);
}
