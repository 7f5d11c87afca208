using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Tasks;
using DurableAgentTasks.Workflow.Activities;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Activities.Tasks;

/// <summary>The activity <c>RecordTimeline</c>: the timeline first, then the record that is its fold. Doing it again changes nothing.</summary>
public sealed partial class TimelineRecording(
    TaskStore store, TaskRecords records, StepLearning learning, StepRuns runs, StorageRetry retry, ILogger<TimelineRecording> logger)
{
    public async Task<RecordedTimeline> RecordAsync(RecordTimeline input, CancellationToken cancellationToken)
    {
        var id = TaskId.Parse(input.TaskId);
        await retry.RunAsync(token => store.AppendTimelineAsync(id, input.Entries, token), cancellationToken);
        var (before, after) = await retry.RunAsync(token => records.ApplyAsync(id, input.Entries, token), cancellationToken);
        await learning.LearnAsync(before, after, cancellationToken);

        // What has been recorded as ended is never asked for again: its run folders may go. Of an epoch before it may be running anew.
        foreach (var stepId in input.Entries.Where(entry => entry.Epoch >= after.Epoch).Select(TimelineSteps.EndedStep).OfType<string>()) Remove(id, stepId);
        return new RecordedTimeline(after.StartedAt, after.Forecast);
    }

    private void Remove(TaskId id, string stepId)
    {
        try
        {
            runs.Remove(id, stepId);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // No reason to fail the task: they go with it when it is deleted.
            LogLeft(logger, stepId, id.Value, error.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The run folders of step {Step} of task {Task} are left: {Reason}")]
    private static partial void LogLeft(ILogger logger, string step, string task, string reason);
}
