using DurableAgentTasks.Agents.Planning;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Activities.Planning;

/// <summary>What agents said when they were asked for a plan, and what is wrong with it.</summary>
public sealed class PlanTexts(TaskAdmission admission, TaskStore store)
{
    public Task KeepAsync(TaskId task, int attempt, string text, CancellationToken cancellationToken) =>
        store.WritePlanTextAsync(task, attempt, text, cancellationToken);

    /// <summary>The plan an attempt made, or what is wrong with what it said.</summary>
    public async Task<PlanReading> ReadAsync(TaskRecord record, int attempt, CancellationToken cancellationToken)
    {
        var text = await store.ReadPlanTextAsync(record.Id, attempt, cancellationToken);
        var found = PlanText.Find(text ?? "");
        return found.IsFound
            ? TaskRequestReader.ReadPlan(found.Json.Value, record.Request.Agent, admission.Rules)
            : new PlanReading(null, [found.Error]);
    }

    public async Task<IReadOnlyList<RequestError>> ErrorsOfAsync(TaskRecord record, int attempt, CancellationToken cancellationToken) =>
        (await ReadAsync(record, attempt, cancellationToken)).Errors;
}
