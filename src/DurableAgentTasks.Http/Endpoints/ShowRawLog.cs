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

internal static class ShowRawLog
{
    private const string PlainText = "text/plain; charset=utf-8";

    public static async Task<IResult> HandleAsync(
        string id, HttpRequest request, TaskStatusReader status, IBlobStore blobs, CancellationToken cancellationToken)
    {
        if (!TaskId.TryParse(id, out var taskId)) return Refusal.NoTaskId();
        var query = new QueryReader(request.Query);
        var stream = query.OneOf<LogStream>("stream");
        if (query.Any) return Refusal.InvalidParameters(query.Errors);
        if (await status.ReadStoredAsync(taskId, cancellationToken) is null) return Refusal.TaskNotFound(taskId);

        // Nobody reads a whole log to say that it is there.
        if (HttpMethods.IsHead(request.Method)) return Results.Text("", PlainText);
        var log = new TaskLogReader(blobs, taskId);
        return Results.Stream(output => log.CopyRawAsync(output, stream, cancellationToken), PlainText);
    }

    public static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .Titled("ShowRawLog", "The whole log of a task as it was written, byte for byte.", "Of a task that runs: what there is so far.")
        .Query("stream", "Only of this one: stdout, stderr or system.")
        .Produces<string>(StatusCodes.Status200OK, "text/plain")
        .Refuses(400, 404);
}
