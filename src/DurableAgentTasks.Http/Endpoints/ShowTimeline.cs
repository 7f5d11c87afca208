using System.Globalization;
using System.Text.Json.Serialization;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Problems;
using DurableAgentTasks.Http.Requests;
using DurableAgentTasks.Http.Status;
using DurableAgentTasks.Storage.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Endpoints;

/// <param name="Items">Oldest first.</param>
/// <param name="ContinuationToken">Gives the next page; not there on the last one.</param>
public sealed record TimelineView(
    IReadOnlyList<TimelineEntry> Items,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ContinuationToken);

internal static class ShowTimeline
{
    private const int DefaultTop = 100;
    private const int MaxTop = 1_000;

    public static async Task<IResult> HandleAsync(
        string id, HttpRequest request, TaskStatusReader status, TaskStore store, CancellationToken cancellationToken)
    {
        if (!TaskId.TryParse(id, out var taskId)) return Refusal.NoTaskId();
        var query = new QueryReader(request.Query);
        var top = (int)(query.Number("top", 1, MaxTop) ?? DefaultTop);
        var after = query.Number("after", 0, long.MaxValue);

        // The token is the number to go on after; clients need not know.
        var token = query.Number("continuationToken", 0, long.MaxValue);
        if (after is not null && token is not null) query.Fail("after", "does not go with \"continuationToken\": keep one of them.");
        if (query.Any) return Refusal.InvalidParameters(query.Errors);
        if (await status.ReadStoredAsync(taskId, cancellationToken) is null) return Refusal.TaskNotFound(taskId);

        var first = token ?? after ?? 0;
        var items = (await store.ReadTimelineAsync(taskId, cancellationToken)).Where(entry => entry.Number > first).Take(top + 1).ToList();
        if (items.Count <= top) return Answer.Json(new TimelineView(items, ContinuationToken: null));
        items.RemoveAt(top);
        return Answer.Json(new TimelineView(items, items[^1].Number.ToString(CultureInfo.InvariantCulture)));
    }

    public static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .Titled("ShowTimeline", "What happened to a task, oldest first.")
        .Query("after", "Only entries above this number.", number: true)
        .Paged(DefaultTop, MaxTop)
        .Produces<TimelineView>()
        .Refuses(400, 404);
}
