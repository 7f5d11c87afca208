using System.Globalization;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Problems;
using DurableAgentTasks.Http.Requests;
using DurableAgentTasks.Http.Status;
using DurableAgentTasks.Http.Streaming;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Endpoints;

internal static class StreamTask
{
    private const string LastEventId = "Last-Event-ID";

    public static async Task<IResult> HandleAsync(
        string id, HttpRequest request, TaskStatusReader status, TaskEvents tasks, CancellationToken cancellationToken)
    {
        if (!TaskId.TryParse(id, out var taskId)) return Refusal.NoTaskId();
        var query = new QueryReader(request.Query);
        var after = ReadLastEventId(request, query);
        if (query.Any) return Refusal.InvalidParameters(query.Errors);
        if (await status.ReadAsync(taskId, cancellationToken) is not { } task) return Refusal.TaskNotFound(taskId);
        return await tasks.BeginAsync(task, after, cancellationToken) is { } log
            ? new EventResult((events, ends) => tasks.SendAsync(task, log, events, ends))
            : Results.NoContent();
    }

    public static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .Titled(
            "StreamTask",
            "The live events of a task (server-sent events): log, state, progress, resource, checkpoint, alert, gap, end.",
            "Only log events have an id, the number of the line. State and progress come first; checkpoints and alerts are those from now on, and stand in the timeline. 204 once the task has ended and all of its log was sent.")
        .Query("lastEventId", $"The log goes on after this line. The header {LastEventId} goes before it.", number: true)
        .Header(LastEventId, "What a browser sends when it connects again.")
        .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(400, 404);

    /// <summary>0 if none is given. A browser connects again with the address it began with, so the header is the later one.</summary>
    private static long ReadLastEventId(HttpRequest request, QueryReader query)
    {
        var parameter = query.Number("lastEventId", 0, long.MaxValue) ?? 0;
        var header = request.Headers[LastEventId].ToString();
        if (header.Length == 0) return parameter;
        if (long.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        query.Fail(LastEventId, "must be the id of an event of this stream, a whole number.");
        return 0;
    }
}
