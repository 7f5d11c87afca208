using DurableAgentTasks.Http.Checkpoints;
using DurableAgentTasks.Http.Documentation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Endpoints;

internal static class ShowBundle
{
    private const string ContentType = "application/x-git-bundle";

    public static async Task<IResult> HandleAsync(
        string id, string cid, HttpRequest request, CheckpointLookup lookup, ICheckpointFiles files, CancellationToken cancellationToken)
    {
        var (found, refused) = await lookup.FindAsync(id, cid, cancellationToken);
        if (found is null) return refused!;
        if (HttpMethods.IsHead(request.Method)) return Results.Text("", ContentType);
        return Answer.Files(await files.BundleAsync(found, cancellationToken), found.TaskId, ContentType, $"{found.TaskId}-{found.Number}.bundle");
    }

    public static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .Titled("ShowBundle", "The files of a checkpoint as a git bundle.", "It is complete by itself: \"git fetch FILE REF\" takes it into any repository, with the ref of the checkpoint.")
        .Produces<string>(StatusCodes.Status200OK, ContentType)
        .Refuses(404, 409);
}
