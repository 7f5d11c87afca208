using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Auth;
using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Management;
using DurableAgentTasks.Http.Requests;
using DurableAgentTasks.Http.Starting;
using DurableAgentTasks.Http.Status;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Endpoints;

internal static class StartTask
{
    public static async Task<IResult> HandleAsync(HttpContext context, StartRequests requests, ManagementLinks links, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(context.Request, JsonBody.MaxTaskBytes, optional: false);
        if (body.Refused is { } refused) return refused;
        var started = await requests.StartAsync(body.Json, given: null, context.Request.Headers, cancellationToken);
        return started.IsAccepted ? Accepted(context, started.Task!, links) : started.Refused;
    }

    public static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .Titled("StartTask", "Starts a task.", "The id is the one given, or made from the Idempotency-Key, or made up. The same key with the same body gives the first answer again. The URIs are those of the management API; their tokens let do what the key of this request does, until they expire.")
        .Accepts<TaskRequest>("application/json")
        .Header("Idempotency-Key", "What the client calls this start by, 1 to 255 printable ASCII characters, quoted or not.")
        .Produces<StartedTaskView>(StatusCodes.Status202Accepted)
        .Refuses(400, 409, 413, 415, 422, 429);

    /// <summary>The task as it was created: the same answer, however often it is asked for.</summary>
    private static IResult Accepted(HttpContext context, TaskRecord task, ManagementLinks links)
    {
        context.Response.Headers.Location = TaskViews.PathOf(task.Id, context.Request.PathBase);
        context.Response.Headers.RetryAfter = "10";
        var uris = links.Of(task.Id.Value, task.CreatedAt, context.Request, Caller.Of(context));
        return Answer.Json(new StartedTaskView(TaskViews.Of(task, task.CreatedAt, context.Request), uris), StatusCodes.Status202Accepted);
    }
}
