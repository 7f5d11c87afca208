using DurableAgentTasks.Http.Checkpoints;
using DurableAgentTasks.Http.Documentation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Endpoints;

internal static class ShowCheckpoint
{
    public static async Task<IResult> HandleAsync(string id, string cid, CheckpointLookup lookup, CancellationToken cancellationToken)
    {
        var (found, refused) = await lookup.FindAsync(id, cid, cancellationToken);
        return found is null ? refused! : Answer.Json(CheckpointView.Whole(found));
    }

    public static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .Titled("ShowCheckpoint", "One checkpoint of a task, with the files that changed since the one before.")
        .Produces<CheckpointView>()
        .Refuses(404);
}
