using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Agents.Planning;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Activities.Planning;

/// <summary>What agents said when they were asked for a plan, and what is wrong with it.</summary>
public sealed class PlanTexts(TaskAdmission admission, TaskStore store, StorageRetry retry)
{
    public Task KeepAsync(TaskId task, int attempt, string text, CancellationToken cancellationToken) =>
        retry.RunAsync(token => store.WritePlanTextAsync(task, attempt, text, token), cancellationToken);

    /// <summary>The plan an attempt made, or what is wrong with what it said.</summary>
    public async Task<PlanReading> ReadAsync(TaskRecord record, int attempt, CancellationToken cancellationToken) =>
        Read(record, await store.ReadPlanTextAsync(record.Id, attempt, cancellationToken) ?? "");

    /// <summary>What the agent is to be told of an attempt; nothing of one that did not get as far as a plan.</summary>
    public async Task<IReadOnlyList<RequestError>> ErrorsOfAsync(TaskRecord record, int attempt, CancellationToken cancellationToken) =>
        await store.ReadPlanTextAsync(record.Id, attempt, cancellationToken) is { } text ? Read(record, text).Errors : [];

    private PlanReading Read(TaskRecord record, string text)
    {
        var found = PlanText.Find(text);
        return found.IsFound
            ? TaskRequestReader.ReadPlan(found.Json.Value, record.Request.Agent, admission.Rules)
            : new PlanReading(null, [found.Error]);
    }
}
