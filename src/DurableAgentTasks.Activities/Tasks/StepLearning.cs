using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Tasks;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Activities.Tasks;

/// <summary>Takes what the steps of a task took into the forecasts of later tasks.</summary>
public sealed partial class StepLearning(StepDurations durations, ILogger<StepLearning> logger)
{
    /// <summary>Takes in the steps that have been completed between two readings of a record: what is recorded again is learned once.</summary>
    public async Task LearnAsync(TaskRecord before, TaskRecord after, CancellationToken cancellationToken)
    {
        if (after.Plan is not { } plan) return;
        try
        {
            await durations.AddAsync(after.Request.Agent, [.. Completed(before, after, plan)], cancellationToken);
        }
        catch (IOException error)
        {
            // No reason to wait: only forecasts are a little worse.
            LogNotLearned(logger, after.Id.Value, error.Message);
        }
    }

    private static IEnumerable<(StepKind Kind, TimeSpan Duration)> Completed(TaskRecord before, TaskRecord after, Plan plan)
    {
        // The steps that a batch of entries changed are few, and nearly always the last. What a restore takes as done did not run.
        foreach (var run in after.Steps.Where(run => run is { Status: WorkStatus.Completed, StartedAt: not null }).Except(before.Steps))
        {
            if (plan.Steps.FirstOrDefault(step => step.Id == run.Id) is { } step) yield return (step.Kind, run.Took ?? run.Active);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "How long the steps of task {Task} took is not kept for forecasts: {Reason}")]
    private static partial void LogNotLearned(ILogger logger, string task, string reason);
}
