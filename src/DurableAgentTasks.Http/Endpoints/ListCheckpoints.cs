using System.Globalization;
using System.Text.Json.Serialization;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Checkpoints;
using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Problems;
using DurableAgentTasks.Http.Requests;
using DurableAgentTasks.Http.Status;
using DurableAgentTasks.Storage.Checkpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Endpoints;

/// <param name="Checkpoints">Newest first, without their files.</param>
/// <param name="Damaged">Those of this page that cannot be used.</param>
/// <param name="ContinuationToken">Gives the next page; not there on the last one.</param>
public sealed record CheckpointListView(
    IReadOnlyList<CheckpointView> Checkpoints,
    IReadOnlyList<DamagedCheckpointView> Damaged,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ContinuationToken);

/// <param name="Id">Of the checkpoint.</param>
/// <param name="Number">Of the checkpoint.</param>
/// <param name="Reason">What is wrong with it.</param>
public sealed record DamagedCheckpointView(string Id, int Number, string Reason);

internal static class ListCheckpoints
{
    private const int DefaultTop = 100;
    private const int MaxTop = 1_000;

    public static async Task<IResult> HandleAsync(
        string id, HttpRequest request, TaskStatusReader status, CheckpointStore store, CancellationToken cancellationToken)
    {
        if (!TaskId.TryParse(id, out var task)) return Refusal.NoTaskId();
        var query = new QueryReader(request.Query);
        var top = (int)(query.Number("top", 1, MaxTop) ?? DefaultTop);

        // The token is the number to go on below; clients need not know.
        var below = query.Number("continuationToken", 0, int.MaxValue) ?? int.MaxValue;
        if (query.Any) return Refusal.InvalidParameters(query.Errors);
        if (await status.ReadStoredAsync(task, cancellationToken) is null) return Refusal.TaskNotFound(task);

        var names = (await store.ListAsync(task, cancellationToken)).Where(name => name.Number < below).Reverse().Take(top + 1).ToList();
        var token = names.Count > top ? names[top - 1].Number.ToString(CultureInfo.InvariantCulture) : null;
        var (views, damaged) = (new List<CheckpointView>(), new List<DamagedCheckpointView>());
        foreach (var (number, checkpoint) in names.Take(top))
        {
            var read = await store.ReadAsync(task, number, checkpoint, cancellationToken);
            if (read.Checkpoint is { } found) views.Add(CheckpointView.InList(found));
            damaged.AddRange(read.Refused.Select(refused => new DamagedCheckpointView(refused.Id.Value, refused.Number, refused.Reason)));
        }

        return Answer.Json(new CheckpointListView(views, damaged, token));
    }

    public static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .Titled("ListCheckpoints", "The checkpoints of a task, newest first.")
        .Paged(DefaultTop, MaxTop)
        .Produces<CheckpointListView>()
        .Refuses(400, 404);
}
