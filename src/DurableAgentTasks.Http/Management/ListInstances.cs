using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Endpoints;
using DurableAgentTasks.Http.Problems;
using DurableAgentTasks.Http.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Management;

internal static class ListInstances
{
    private const string TokenHeader = "x-ms-continuation-token";
    private const int DefaultTop = 100;
    private const int MaxTop = 1_000;
    private const int MaxToken = 4_096;

    public static async Task<IResult> HandleAsync(HttpContext context, ITaskClient client, CancellationToken cancellationToken)
    {
        var query = new QueryReader(context.Request.Query);
        var statuses = RuntimeStatuses.Read(query);
        var input = query.Flag("showInput", true);
        var token = context.Request.Headers[TokenHeader].ToString();
        var wanted = new InstanceQuery
        {
            IdPrefix = query.Text("instanceIdPrefix", 100),
            CreatedFrom = query.Time("createdTimeFrom"),
            CreatedTo = query.Time("createdTimeTo"),
            Statuses = statuses ?? [],
            Top = (int)(query.Number("top", 1, MaxTop) ?? DefaultTop),
            ContinuationToken = token.Length == 0 ? null : token,
            Payloads = true,
        };
        if (wanted.CreatedFrom > wanted.CreatedTo) query.Fail("createdTimeFrom", "must not be later than \"createdTimeTo\".");
        if (token.Length > MaxToken) query.Fail(TokenHeader, "is not one that a page gave: begin again without it.");
        if (query.Any) return Refusal.InvalidParameters(query.Errors);
        if (statuses is []) return Answer.Json(Array.Empty<InstanceView>());
        try
        {
            var page = await client.QueryAsync(wanted, cancellationToken);
            if (page.ContinuationToken is { } next) context.Response.Headers[TokenHeader] = next;
            return Answer.Json(page.Instances.Select(instance => InstanceView.Of(instance, input)).ToList());
        }
        catch (FormatException)
        {
            query.Fail(TokenHeader, "is not one that a page gave: begin again without it.");
            return Refusal.InvalidParameters(query.Errors);
        }
    }

    public static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .Titled("ListInstances", "The engine's word on all tasks, newest first.", $"Where there is more, the header {TokenHeader} of the answer gives the next page if it is sent along.")
        .Query("instanceIdPrefix", "Only ids that begin so.")
        .Query("createdTimeFrom", "Only those created then or later (ISO 8601).")
        .Query("createdTimeTo", "Only those created then or before (ISO 8601).")
        .Query("runtimeStatus", "Only with these statuses, with commas between.")
        .Query("showInput", "Whether inputs are shown; true if not given.")
        .Query("top", $"At most so many to a page, 1 to {MaxTop}; {DefaultTop} if not given.", number: true)
        .Header(TokenHeader, "From the page before; begins if not given.")
        .Produces<IReadOnlyList<InstanceView>>()
        .Refuses(400);
}
