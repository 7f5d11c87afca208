using System.Text.Json.Serialization;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Problems;
using DurableAgentTasks.Http.Requests;
using DurableAgentTasks.Http.Status;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Endpoints;

/// <param name="Tasks">Newest first, without their plans.</param>
/// <param name="ContinuationToken">Gives the next page; not there on the last one. A page may be short and yet have one.</param>
public sealed record TaskListView(
    IReadOnlyList<TaskView> Tasks,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ContinuationToken);

internal static class ListTasks
{
    /// <summary>Stands where ids do in addresses, so no task can be called so.</summary>
    public const string RunningName = "running";

    private const int DefaultTop = 100;
    private const int MaxTop = 1_000;
    private const int MaxToken = 4_096;
    private const int MaxName = 128;

    public static Task<IResult> HandleAsync(HttpRequest request, TaskList list, TimeProvider time, CancellationToken cancellationToken)
    {
        var query = new QueryReader(request.Query);
        var filter = ReadPage(query) with
        {
            States = query.SomeOf<TaskState>("state"),
            Agent = query.Text("agent", MaxName),
            AgentId = query.Text("agentId", MaxName),
            From = query.Time("from"),
            To = query.Time("to"),
        };
        if (filter.From > filter.To) query.Fail("from", "must not be later than \"to\".");
        return ListAsync(request, query, filter, list, time, cancellationToken);
    }

    public static Task<IResult> HandleRunningAsync(HttpRequest request, TaskList list, TimeProvider time, CancellationToken cancellationToken)
    {
        var query = new QueryReader(request.Query);
        return ListAsync(request, query, ReadPage(query) with { States = TaskFilter.Running }, list, time, cancellationToken);
    }

    public static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .Titled("ListTasks", "Lists tasks, newest first.")
        .Query("state", "Only in these states, with commas between.")
        .Query("agent", "Only of this agent profile.")
        .Query("agentId", "Only of this owner.")
        .Query("from", "Only those created then or later (ISO 8601).")
        .Query("to", "Only those created then or before (ISO 8601).")
        .Paged(DefaultTop, MaxTop)
        .Produces<TaskListView>()
        .Refuses(400);

    public static void DescribeRunning(RouteHandlerBuilder endpoint) => endpoint
        .Titled("ListRunningTasks", "Lists the tasks that execute now, newest first.")
        .Paged(DefaultTop, MaxTop)
        .Produces<TaskListView>()
        .Refuses(400);

    private static TaskFilter ReadPage(QueryReader query) => new()
    {
        Top = (int)(query.Number("top", 1, MaxTop) ?? DefaultTop),
        ContinuationToken = query.Text("continuationToken", MaxToken),
    };

    private static async Task<IResult> ListAsync(
        HttpRequest request, QueryReader query, TaskFilter filter, TaskList list, TimeProvider time, CancellationToken cancellationToken)
    {
        if (query.Any) return Refusal.InvalidParameters(query.Errors);
        try
        {
            var page = await list.ReadAsync(filter, cancellationToken);
            var now = time.GetUtcNow();
            return Answer.Json(new TaskListView(
                [.. page.Tasks.Select(task => TaskViews.Of(task, now, request) with { Plan = null })], page.ContinuationToken));
        }
        catch (FormatException)
        {
            query.Fail("continuationToken", "is not one that a page gave: begin again without it.");
            return Refusal.InvalidParameters(query.Errors);
        }
    }
}
