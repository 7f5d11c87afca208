using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Tasks;

/// <summary>The activity <c>RecordTimeline</c>: the timeline first, then the record that is its fold. Doing it again changes nothing.</summary>
public sealed class TimelineRecording(TaskStore store, TaskRecords records, StepRuns runs, StorageRetry retry)
{
    public async Task<bool> RecordAsync(RecordTimeline input, CancellationToken cancellationToken)
    {
        var id = TaskId.Parse(input.TaskId);
        await retry.RunAsync(token => store.AppendTimelineAsync(id, input.Entries, token), cancellationToken);
        await retry.RunAsync(token => records.ApplyAsync(id, input.Entries, token), cancellationToken);

        // What has been recorded as ended is never asked for again: its run folders may go.
        foreach (var stepId in input.Entries.Select(TimelineSteps.EndedStep).OfType<string>()) runs.Remove(id, stepId);
        return true;
    }
}
