using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Http.Checkpoints;
using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Problems;
using DurableAgentTasks.Http.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Endpoints;

internal static class ShowDiff
{
    public const string ContentType = "text/x-diff";

    /// <summary>Stands where the id of a checkpoint would.</summary>
    private const string WorkTree = "worktree";

    public static async Task<IResult> HandleAsync(
        string id, string cid, HttpRequest request, CheckpointLookup lookup, ICheckpointFiles files, CancellationToken cancellationToken)
    {
        var query = new QueryReader(request.Query);
        var from = query.Text("from", CheckpointId.Length);
        var to = query.Text("to", WorkTree.Length);
        if (to is not null && to != WorkTree) query.Fail("to", $"must be \"{WorkTree}\", or be left out: the address names the later checkpoint.");
        if (from is not null && to is not null) query.Fail("from", "does not go with \"to\": the address names the earlier checkpoint then.");
        if (query.Any) return Refusal.InvalidParameters(query.Errors);

        var (named, refused) = await lookup.FindAsync(id, cid, cancellationToken);
        if (named is null) return refused!;
        var (earlier, missing) = from is null ? (null, null) : await lookup.FindAsync(named.TaskId, from, cancellationToken);
        if (missing is not null) return missing;
        if (HttpMethods.IsHead(request.Method)) return Results.Text("", ContentType);

        var read = to is not null
            ? await files.DiffToTreeAsync(named, cancellationToken)
            : await files.DiffAsync(earlier ?? await lookup.BeforeAsync(named, cancellationToken), named, cancellationToken);
        return Answer.Files(read, named.TaskId, ContentType);
    }

    public static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .Titled("ShowDiff", "What changed up to a checkpoint, as a unified diff.", "Since the one before, unless said; of the first since HEAD where that is at hand, else since nothing. git apply takes it, binary files too.")
        .Query("from", "The id of the checkpoint since which; any one of the task.")
        .Query("to", $"\"{WorkTree}\": what has changed in the work tree since the checkpoint of the address. Only where the tree is on this host.")
        .Produces<string>(StatusCodes.Status200OK, ContentType)
        .Refuses(400, 404, 409);
}
