using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Checkpoints;
using DurableAgentTasks.Storage.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Tasks;

/// <summary>The activity <c>PrepareTask</c>: the same validation as at the API, for starts that did not come that way too.</summary>
public sealed class TaskPreparation(TaskAdmission admission, TaskStore store, TaskRecords records, TaskOutlines outlines, CheckpointStore checkpoints, StorageRetry retry)
{
    public async Task<PreparedTask> PrepareAsync(PrepareTask input, CancellationToken cancellationToken)
    {
        if (!TaskId.TryParse(input.TaskId, out var id))
        {
            return Invalid(new RequestError("id", $"The instance id is the task's id: 1 to {TaskId.MaxLength} characters of a-z, 0-9 and '-', not beginning with '-'."));
        }

        var reading = admission.Read(input.Body);
        if (!reading.IsValid) return new PreparedTask(null, reading.Errors);
        if (await checkpoints.CheckAsync(reading.Request, cancellationToken) is { } missing) return Invalid(missing);
        await retry.RunAsync(token => CreateAsync(id, reading.Request, input, token), cancellationToken);
        var record = await records.ReadAsync(id, cancellationToken);
        return new PreparedTask(outlines.Of(reading.Request, reading.Request.Plan), []) { WasBegun = record.AppliedThrough > 0 };
    }

    /// <summary>A start that did not come by the API has no start record yet; the id is taken with it.</summary>
    private async Task CreateAsync(TaskId id, TaskRequest request, PrepareTask input, CancellationToken cancellationToken)
    {
        var start = new TaskStart { Id = id, Request = input.Body, RequestHash = CanonicalJson.Hash(input.Body), CreatedAt = input.CreatedAt };
        var outcome = await store.CreateAsync(start, cancellationToken);
        await store.MarkScheduledAsync(id, cancellationToken);
        await records.CreateAsync(TaskRecord.Created(id, request, outcome.Start.CreatedAt), cancellationToken);
    }

    private static PreparedTask Invalid(RequestError error) => new(null, [error]);
}
