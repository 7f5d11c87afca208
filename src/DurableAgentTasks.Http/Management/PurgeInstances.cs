using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Deletion;
using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Endpoints;
using DurableAgentTasks.Http.Problems;
using DurableAgentTasks.Http.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Management;

/// <param name="InstancesDeleted">How many are gone, with all that was kept of them.</param>
public sealed record PurgedView(int InstancesDeleted);

internal static class PurgeInstances
{
    private const string From = "createdTimeFrom";

    public static async Task<IResult> HandleAsync(string id, InstancePurges purges, CancellationToken cancellationToken) =>
        !InstanceId.CanBe(id) ? Refusal.InstanceNotFound() : await purges.PurgeAsync(id, cancellationToken) switch
        {
            OperationOutcome.Accepted => Answer.Json(new PurgedView(1)),
            OperationOutcome.NotFound => Refusal.InstanceNotFound(),
            _ => Refusal.InstanceRuns(),
        };

    public static async Task<IResult> HandleSomeAsync(HttpRequest request, InstancePurges purges, CancellationToken cancellationToken)
    {
        var query = new QueryReader(request.Query);
        var statuses = RuntimeStatuses.Read(query);
        var (from, to) = (query.Time(From), query.Time("createdTimeTo"));
        if (!query.Has(From)) query.Fail(From, "must be given: it keeps what is older from being purged by mistake.");
        if (from > to) query.Fail(From, "must not be later than \"createdTimeTo\".");
        if (query.Any) return Refusal.InvalidParameters(query.Errors);
        IReadOnlyList<RuntimeStatus> ended = statuses is null ? RuntimeStatuses.Ended : [.. statuses.Intersect(RuntimeStatuses.Ended)];
        var purged = ended.Count == 0 ? 0 : await purges.PurgeAsync(new InstanceFilter { CreatedFrom = from, CreatedTo = to, Statuses = ended }, cancellationToken);
        return purged == 0 ? Refusal.NoInstanceMatches() : Answer.Json(new PurgedView(purged));
    }

    public static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .Titled("PurgeInstance", "Removes a task that has ended, with all that is kept of it.")
        .Produces<PurgedView>()
        .Refuses(404, 412);

    public static void DescribeSome(RouteHandlerBuilder endpoint) => endpoint
        .Titled("PurgeInstances", "Removes tasks that have ended, with all that is kept of them. Those that have not stay.")
        .Query(From, "Those created then or later (ISO 8601); it must be given.")
        .Query("createdTimeTo", "Those created then or before (ISO 8601).")
        .Query("runtimeStatus", "Only with these statuses, with commas between.")
        .Produces<PurgedView>()
        .Refuses(400, 404);
}

/// <summary>Purges: the engine's history first, for the engine alone knows for sure what has ended; then what is stored of the task.</summary>
internal sealed class InstancePurges(ITaskClient client, TaskDeletes deletes)
{
    public async Task<OperationOutcome> PurgeAsync(string id, CancellationToken cancellationToken)
    {
        var isTask = await client.GetAsync(id, payloads: false, cancellationToken) is { Name: TaskOrchestration.Name };
        var outcome = await client.PurgeAsync(id, cancellationToken);
        if (isTask && outcome == OperationOutcome.Accepted && TaskId.TryParse(id, out var task)) await deletes.DeleteAsync(task);
        return outcome;
    }

    /// <returns>How many were purged.</returns>
    public async Task<int> PurgeAsync(InstanceFilter filter, CancellationToken cancellationToken)
    {
        // The whole list first: nothing is purged if it cannot be read.
        var purged = 0;
        foreach (var instance in await client.ListAsync(filter, cancellationToken).ToListAsync(cancellationToken))
        {
            if (await PurgeAsync(instance.InstanceId, cancellationToken) == OperationOutcome.Accepted) purged++;
        }

        return purged;
    }
}
