using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Problems;
using DurableAgentTasks.Http.Status;
using DurableAgentTasks.Storage.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Endpoints;

internal static class ShowPatch
{
    public static async Task<IResult> HandleAsync(
        string id, HttpRequest request, TaskStatusReader status, ResultPatches patches, CancellationToken cancellationToken)
    {
        if (!TaskId.TryParse(id, out var task)) return Refusal.NoTaskId();
        if (await status.ReadStoredAsync(task, cancellationToken) is not { } stored) return Refusal.TaskNotFound(task);
        if (await patches.OpenAsync(task, cancellationToken) is not { } patch) return Refusal.PatchNotFound(task, stored.State);
        if (!HttpMethods.IsHead(request.Method)) return Results.Stream(patch.Content, ShowDiff.ContentType, $"{task}.patch");
        await patch.DisposeAsync();
        return Results.Text("", ShowDiff.ContentType);
    }

    public static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .Titled("ShowPatch", "What a task changed in all, as a patch that git apply takes.", "Since its first checkpoint. It is made when the task completes.")
        .Produces<string>(StatusCodes.Status200OK, ShowDiff.ContentType)
        .Refuses(404);
}
