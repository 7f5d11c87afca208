using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Endpoints;
using DurableAgentTasks.Http.Problems;
using DurableAgentTasks.Http.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Management;

internal static class ShowInstance
{
    private const string FailureFlag = "returnInternalServerErrorOnFailure";

    public static async Task<IResult> HandleAsync(string id, HttpContext context, ITaskClient client, CancellationToken cancellationToken)
    {
        var query = new QueryReader(context.Request.Query);
        var (history, outputs, input) = (query.Flag("showHistory", false), query.Flag("showHistoryOutput", false), query.Flag("showInput", true));
        var failureIs500 = query.Flag(FailureFlag, false);
        if (query.Any) return Refusal.InvalidParameters(query.Errors);
        if (!InstanceId.CanBe(id) || await client.GetAsync(id, payloads: true, cancellationToken) is not { } instance) return Refusal.InstanceNotFound();

        var events = history ? HistoryEventView.Of(await client.GetHistoryAsync(id, cancellationToken), instance, outputs) : null;
        if (!instance.HasEnded)
        {
            context.Response.Headers.Location = $"{context.Request.PathBase}{context.Request.Path}{context.Request.QueryString}";
            context.Response.Headers.RetryAfter = "5";
        }

        return Answer.Json(InstanceView.Of(instance, input, events), StatusOf(instance, failureIs500));
    }

    public static int StatusOf(OrchestrationInstance instance, bool failureIs500) =>
        !instance.HasEnded ? StatusCodes.Status202Accepted
        : instance.Status == RuntimeStatus.Failed && failureIs500 ? StatusCodes.Status500InternalServerError
        : StatusCodes.Status200OK;

    public static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .Titled("ShowInstance", "The engine's word on a task.", "202 with Retry-After until it has ended, then 200.")
        .Query("showHistory", "Whether its history is shown; false if not given.")
        .Query("showHistoryOutput", "Whether inputs and results are shown in it; false if not given.")
        .Query("showInput", "Whether its input is shown; true if not given.")
        .Query(FailureFlag, "Whether one that failed is answered with 500; false if not given.")
        .Produces<InstanceView>()
        .Produces<InstanceView>(StatusCodes.Status202Accepted)
        .Refuses(400, 404);
}
