using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Http.Status;

/// <summary>A stored record as the engine knows better: what was done natively stands in no timeline until it is reconciled.</summary>
internal static class EngineCorrection
{
    private const int MaxFailure = 2_000;

    /// <summary>Whether the engine's word counts, and its payloads (the failure's text) are needed for it.</summary>
    public static bool NeedsFailure(TaskRecord task, OrchestrationInstance? instance) =>
        instance is { Status: RuntimeStatus.Failed } && !TaskLifecycle.HasEnded(task.State);

    /// <summary>Whether the engine's word counts, and its history is needed to tell since when.</summary>
    public static bool NeedsHistory(TaskRecord task, OrchestrationInstance? instance) =>
        instance is { Status: RuntimeStatus.Suspended } && task.PausedSince is null && !TaskLifecycle.HasEnded(task.State);

    /// <param name="task">As it is stored.</param>
    /// <param name="instance">As the engine has it; <see langword="null"/> if it has none.</param>
    /// <param name="suspendedSince">Of one that <see cref="NeedsHistory"/>; an engine may change an instance also while it is suspended.</param>
    public static TaskRecord Apply(TaskRecord task, OrchestrationInstance? instance, DateTimeOffset? suspendedSince)
    {
        if (TaskLifecycle.HasEnded(task.State)) return task;
        if (instance is null) return task.AppliedThrough == 0 ? task : WithoutHistory(task);
        return instance.Status switch
        {
            RuntimeStatus.Suspended => task with
            {
                State = TaskState.Paused,
                Detail = "suspended",
                PausedSince = task.PausedSince ?? suspendedSince ?? instance.LastUpdatedAt,
            },
            RuntimeStatus.Terminated => task with
            {
                State = TaskState.Cancelled,
                Detail = null,
                CompletedAt = instance.LastUpdatedAt,
                Result = new TaskResult(TaskOutcome.Cancelled, "Its orchestration was terminated."),
            },
            RuntimeStatus.Failed => task with
            {
                State = TaskState.Failed,
                Detail = null,
                CompletedAt = instance.LastUpdatedAt,
                Result = new TaskResult(TaskOutcome.Failed, "Its orchestration failed."),
                Error = new TaskError("orchestration_failed", Shorten(instance.Failure ?? "The engine gives no reason."), StepId: null),
            },
            _ => task,
        };
    }

    // Something is on its timeline, so the engine had an instance: its history was lost or purged since.
    private static TaskRecord WithoutHistory(TaskRecord task) => task with
    {
        State = TaskState.Failed,
        Detail = null,
        Result = new TaskResult(TaskOutcome.Failed, "The engine has no history of it."),
        Error = new TaskError("history_lost", "Its history was purged, or dropped by a repair. Resume the task: it goes on from where its record says it was.", StepId: null),
    };

    /// <summary>The message without what may follow it, such as a stack trace.</summary>
    private static string Shorten(string failure)
    {
        var line = failure.AsSpan().Trim();
        if (line.IndexOfAny('\r', '\n') is var end and > 0) line = line[..end];
        return line.Length <= MaxFailure ? line.ToString() : $"{line[..MaxFailure]}…";
    }
}
