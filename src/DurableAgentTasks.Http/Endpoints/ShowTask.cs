using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Problems;
using DurableAgentTasks.Http.Status;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace DurableAgentTasks.Http.Endpoints;

internal static class ShowTask
{
    public static async Task<IResult> HandleAsync(
        string id, HttpContext context, TaskStatusReader status, LiveStatus live, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!TaskId.TryParse(id, out var taskId)) return Refusal.NoTaskId();
        if (await status.ReadAsync(taskId, cancellationToken) is not { } task) return Refusal.TaskNotFound(taskId);
        var headers = context.Response.Headers;
        var etag = TaskViews.ETagOf(task);
        headers.ETag = etag.ToString();
        var ended = TaskLifecycle.HasEnded(task.State);
        if (!ended) headers.RetryAfter = "5";
        if (IsKnown(etag, context.Request)) return Results.StatusCode(StatusCodes.Status304NotModified);
        var view = TaskViews.Of(task, time.GetUtcNow(), context.Request);
        return Answer.Json(
            await live.AddAsync(view, task, cancellationToken), ended ? StatusCodes.Status200OK : StatusCodes.Status202Accepted);
    }

    public static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .Titled("ShowTask", "The whole status of a task.", "202 with Retry-After until it is completed, failed or cancelled, then 200.")
        .Header("If-None-Match", "The ETag of an earlier answer: 304 if nothing has changed since.")
        .Produces<TaskView>()
        .Produces<TaskView>(StatusCodes.Status202Accepted)
        .Produces(StatusCodes.Status304NotModified)
        .Refuses(404);

    private static bool IsKnown(EntityTagHeaderValue etag, HttpRequest request) =>
        EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var known)
        && known.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(etag, useStrongComparison: false));
}
