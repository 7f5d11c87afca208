using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Deletion;
using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Problems;
using DurableAgentTasks.Http.Statistics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Endpoints;

/// <param name="Id">The task that is deleted; its id is free again.</param>
public sealed record DeletedView(TaskId Id);

internal static class DeleteTask
{
    public static async Task<IResult> HandleAsync(string id, TaskDeletes deletes, TaskStatistics statistics)
    {
        if (!TaskId.TryParse(id, out var taskId)) return Refusal.NoTaskId();
        var deleted = await deletes.DeleteAsync(taskId);
        statistics.Forget();
        return deleted
            ? Answer.Json(new DeletedView(taskId), StatusCodes.Status202Accepted)
            : Refusal.TaskNotFound(taskId);
    }

    public static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .Titled("DeleteTask", "Deletes a task and all that is kept of it.", "One that runs is stopped first. The answer comes when the id is free again.")
        .Produces<DeletedView>(StatusCodes.Status202Accepted)
        .Refuses(404);
}
