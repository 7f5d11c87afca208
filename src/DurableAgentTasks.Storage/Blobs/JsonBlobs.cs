using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Storage.Blobs;

/// <summary>Blobs that hold one JSON document.</summary>
internal static class JsonBlobs
{
    /// <summary><see langword="null"/> if there is no such blob.</summary>
    public static async Task<Stored<T>?> ReadJsonAsync<T>(this IBlobStore blobs, string name, CancellationToken cancellationToken)
    {
        await using var reading = await blobs.OpenReadAsync(name, 0, null, cancellationToken);
        if (reading is null) return null;
        var value = await JsonSerializer.DeserializeAsync<T>(reading.Content, TaskJson.Options, cancellationToken);
        return new Stored<T>(value!, reading.Properties.ETag);
    }

    /// <returns>The new ETag, or <see langword="null"/> if <paramref name="condition"/> does not hold.</returns>
    public static async Task<string?> TryWriteJsonAsync<T>(
        this IBlobStore blobs, string name, T value, BlobCondition condition, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(value, TaskJson.Options));
        return await blobs.TryWriteAsync(name, content, condition, cancellationToken);
    }

    /// <summary>Changes a document, whoever else does so at the same time; one that is not there begins as a new one.</summary>
    /// <param name="blobs">Where it is.</param>
    /// <param name="name">The blob.</param>
    /// <param name="change">Called again if somebody else was faster; nothing is written for what is equal.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The document as it stands then.</returns>
    public static async Task<T> ChangeJsonAsync<T>(this IBlobStore blobs, string name, Func<T, T> change, CancellationToken cancellationToken)
        where T : class, new()
    {
        while (true)
        {
            var stored = await blobs.ReadJsonAsync<T>(name, cancellationToken);
            var before = stored?.Value ?? new T();
            var after = change(before);
            if (after.Equals(before)) return before;
            var condition = stored is null ? BlobCondition.Absent : BlobCondition.Unchanged(stored.ETag);
            if (await blobs.TryWriteJsonAsync(name, after, condition, cancellationToken) is not null) return after;
        }
    }
}
