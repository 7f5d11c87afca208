using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Core.Progress;

/// <summary>What a task's record tells of how much longer it will take.</summary>
internal static class Forecasting
{
    /// <summary>The forecast after an entry of the timeline that is in the record already.</summary>
    public static Forecast? After(TaskRecord task, TimelineEntry entry)
    {
        if (task.StartedAt is null || task.Plan is not { } plan || TaskLifecycle.IsTerminal(task.State)) return null;
        var changes = entry.Type is TimelineTypes.Transition or TimelineTypes.Step or TimelineTypes.Plan or TimelineTypes.Restored;
        if (!changes && entry.Deadlines is null && task.Forecast is not null) return task.Forecast;
        return Of(task, plan, entry.Time)?.After(task.Forecast, CauseOf(entry));
    }

    private static Forecast? Of(TaskRecord task, Plan plan, DateTimeOffset time)
    {
        var runs = task.Steps.ToDictionary(run => run.Id);
        var left = plan.Steps.Where(step => !IsOver(runs.GetValueOrDefault(step.Id))).ToList();
        var pace = new Pace(PaceOf(plan, runs), task.History);

        // While the task rests the clock of its step stands still too.
        var clock = task.PausedSince < time ? task.PausedSince.Value : time;
        var present = left.Count > 0 && runs.TryGetValue(left[0].Id, out var run) ? Of(left[0], run, task, pace, clock) : null;
        var rest = Spread.None;
        foreach (var kind in left.Skip(present is null ? 0 : 1).CountBy(step => step.Kind))
        {
            if (pace.Of(kind.Key, kind.Value) is not { } spread) return null;
            rest = rest.Then(spread);
        }

        return new()
        {
            At = time,
            StandsStill = task.PausedSince is not null,
            Rest = rest,
            Step = present,
            Limit = task.Deadlines?.Task is { } due ? Math.Max(0, (due - time).TotalSeconds) : task.PausedSince is null ? null : task.Forecast?.LimitAt(time),
            Basis = pace.Basis,
        };
    }

    private static StepForecast? Of(Step step, StepRun run, TaskRecord task, Pace pace, DateTimeOffset clock)
    {
        if (pace.Of(step.Kind) is not { } length) return null;
        var attempt = run.RunningSince is { } since && clock > since ? clock - since : TimeSpan.Zero;

        // An agent goes on in its session. What a command did before it was interrupted it does again.
        var elapsed = step.Kind == StepKind.Shell ? attempt : run.Active + attempt;
        var timeout = step.Timeout ?? (step.Kind == StepKind.Agent ? task.Request.Timeouts?.AgentStep?.Duration : null);
        return new(step.Id, length, elapsed.TotalSeconds, run.RunningSince is not null, (timeout - attempt)?.TotalSeconds);
    }

    private static IReadOnlyList<KindPace> PaceOf(Plan plan, Dictionary<string, StepRun> runs) =>
    [
        .. plan.Steps
            .Where(step => runs.GetValueOrDefault(step.Id)?.Took is not null)
            .GroupBy(step => step.Kind, step => runs[step.Id].Took!.Value)
            .Select(kind => new KindPace(kind.Key, kind.Aggregate(DurationStatistics.None, (all, duration) => all.Add(duration)))),
    ];

    private static bool IsOver(StepRun? run) => run is { Status: WorkStatus.Completed or WorkStatus.Skipped };

    private static string CauseOf(TimelineEntry entry) => entry.Type switch
    {
        TimelineTypes.Plan => "The plan has changed.",
        TimelineTypes.Restored => "The task went back to a checkpoint: what was done since is done again.",
        TimelineTypes.Step => CauseOf(entry.DataAs<StepData>()),
        TimelineTypes.Transition => "The steps that are left begin later than expected.",
        _ => "The task has more time than before.",
    };

    private static string CauseOf(StepData step) => step.Status switch
    {
        WorkStatus.InProgress when step.Attempt > 1 => $"Step {step.StepId} is begun once more.",
        WorkStatus.Pending => $"Step {step.StepId} was interrupted.",
        WorkStatus.InProgress => "The steps before took longer than expected.",
        _ => $"Step {step.StepId} took longer than expected.",
    };
}
