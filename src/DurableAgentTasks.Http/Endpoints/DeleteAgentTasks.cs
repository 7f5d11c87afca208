using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Deletion;
using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Statistics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Endpoints;

/// <param name="Deleted">The tasks that are deleted, by name; their ids are free again.</param>
public sealed record DeletedTasksView(IReadOnlyList<TaskId> Deleted);

internal static class DeleteAgentTasks
{
    public static async Task<IResult> HandleAsync(string agentId, AgentDeletes deletes, TaskStatistics statistics)
    {
        var deleted = await deletes.DeleteAsync(agentId);
        statistics.Forget();
        return Answer.Json(new DeletedTasksView(deleted));
    }

    public static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .Titled("DeleteAgentTasks", "Deletes all tasks of an owner (their agentId) and all that is kept of them.", "Those that run are stopped first. The answer comes when their ids are free again; if a task cannot be deleted, the request can be repeated for what is left.")
        .Produces<DeletedTasksView>()
        .Refuses();
}
