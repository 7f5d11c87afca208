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
}
