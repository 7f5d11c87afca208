using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Problems;
using DurableAgentTasks.Http.Requests;
using DurableAgentTasks.Http.Status;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Logs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Endpoints;

internal static class ShowLogs
{
    private const int DefaultLimit = 1_000;
    private const int MaxLimit = 10_000;

    public static async Task<IResult> HandleAsync(
        string id, HttpRequest request, TaskStatusReader status, IBlobStore blobs, CancellationToken cancellationToken)
    {
        if (!TaskId.TryParse(id, out var taskId)) return Refusal.NoTaskId();
        var query = new QueryReader(request.Query);
        var after = query.Number("after", 0, long.MaxValue);
        var limit = query.Number("limit", 1, MaxLimit);
        var tail = query.Number("tail", 1, MaxLimit);
        var stream = query.OneOf<LogStream>("stream");
        if (query.Has("tail") && (query.Has("after") || query.Has("limit")))
        {
            query.Fail("tail", "does not go with \"after\" and \"limit\": keep one way of choosing lines.");
        }

        if (query.Any) return Refusal.InvalidParameters(query.Errors);
        if (await status.ReadStoredAsync(taskId, cancellationToken) is null) return Refusal.TaskNotFound(taskId);

        var log = new TaskLogReader(blobs, taskId);
        var page = tail is { } count
            ? await log.ReadTailAsync((int)count, stream, cancellationToken)
            : await log.ReadPageAsync(after ?? 0, (int)(limit ?? DefaultLimit), stream, cancellationToken);
        return LogFormats.Answer(page, request, taskId, limit, stream);
    }

    public static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .Titled("ShowLogs", "A page of a task's log.", "As text or NDJSON the next page stands in the header Link (rel=\"next\").")
        .Query("after", "Only lines above this number.", number: true)
        .Query("limit", $"At most so many lines, 1 to {MaxLimit}; {DefaultLimit} if not given. Long lines make a page shorter.", number: true)
        .Query("stream", "Only of this one: stdout, stderr or system.")
        .Query("tail", $"The last so many lines, 1 to {MaxLimit}; without after and limit.", number: true)
        .Produces<LogPage>(StatusCodes.Status200OK, "application/json", "text/plain", "application/x-ndjson")
        .Refuses(400, 404);
}
