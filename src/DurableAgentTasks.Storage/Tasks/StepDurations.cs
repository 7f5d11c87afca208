using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Progress;
using DurableAgentTasks.Storage.Blobs;

namespace DurableAgentTasks.Storage.Tasks;

/// <summary>How long the steps of all tasks took: one small blob that all hosts change under its ETag. It is for forecasts only.</summary>
public sealed class StepDurations(IBlobStore blobs)
{
    private const int MaxTries = 5;

    /// <summary>Of one agent; empty if none is known, or the blob is damaged.</summary>
    public async Task<IReadOnlyList<KindPace>> ReadAsync(string agent, CancellationToken cancellationToken) =>
        (await LoadAsync(cancellationToken)).Value.Of(agent);

    /// <summary>Adds what steps took. Where other hosts are faster again and again, it is left: a few steps less tell as much.</summary>
    public async Task AddAsync(string agent, IReadOnlyList<(StepKind Kind, TimeSpan Duration)> steps, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < MaxTries && steps.Count > 0; tries++)
        {
            var (history, etag) = await LoadAsync(cancellationToken);
            var after = steps.Aggregate(history, (all, step) => all.Add(agent, step.Kind, step.Duration));
            using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(after, TaskJson.Options));
            var condition = etag is null ? BlobCondition.Absent : BlobCondition.Unchanged(etag);
            if (await blobs.TryWriteAsync(TaskBlobs.Durations, content, condition, cancellationToken) is not null) return;
        }
    }

    private async Task<(PaceHistory Value, string? ETag)> LoadAsync(CancellationToken cancellationToken)
    {
        await using var reading = await blobs.OpenReadAsync(TaskBlobs.Durations, 0, null, cancellationToken);
        if (reading is null) return (PaceHistory.Empty, null);
        try
        {
            var history = await JsonSerializer.DeserializeAsync<PaceHistory>(reading.Content, TaskJson.Options, cancellationToken);
            return (history?.IsWhole == true ? history : PaceHistory.Empty, reading.Properties.ETag);
        }
        catch (JsonException)
        {
            // What was learned is lost, and learned anew.
            return (PaceHistory.Empty, reading.Properties.ETag);
        }
    }
}
