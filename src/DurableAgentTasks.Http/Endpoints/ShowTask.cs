using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Problems;
using DurableAgentTasks.Http.Status;
using DurableAgentTasks.Storage.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace DurableAgentTasks.Http.Endpoints;

internal static class ShowTask
{
    public static async Task<IResult> HandleAsync(
        string id, HttpContext context, TaskStatusReader status, TaskStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!TaskId.TryParse(id, out var taskId)) return Refusal.NoTaskId();
        if (await status.ReadAsync(taskId, cancellationToken) is not { } task) return Refusal.TaskNotFound(taskId);
        var headers = context.Response.Headers;
        var etag = TaskViews.ETagOf(task);
        headers.ETag = etag.ToString();
        var ended = TaskLifecycle.HasEnded(task.State);
        if (!ended) headers.RetryAfter = "5";
        if (IsKnown(etag, context.Request)) return Results.StatusCode(StatusCodes.Status304NotModified);
        var now = time.GetUtcNow();
        var view = TaskViews.Of(task, now, context.Request);
        if (ended) return Answer.Json(view);
        var beat = await store.ReadHeartbeatAsync(taskId, cancellationToken);
        return Answer.Json(beat?.IsAlive(now) == true ? view with { Resources = beat.Resources } : view, StatusCodes.Status202Accepted);
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
