using System.IO.Compression;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Storage.Checkpoints;

/// <summary>The transcripts of agents' sessions, gzipped, each named by the hash of its content: one that did not change is stored once.</summary>
public sealed class TranscriptStore(IBlobStore blobs)
{
    /// <param name="task">Whose.</param>
    /// <param name="sha256">Of the content, 64 hex digits in lower case.</param>
    /// <param name="gzipped">From its present position on.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The name of the blob.</returns>
    public async Task<string> WriteAsync(TaskId task, string sha256, Stream gzipped, CancellationToken cancellationToken)
    {
        var name = TaskBlobs.Transcript(task, sha256);
        if (await blobs.GetPropertiesAsync(name, cancellationToken) is null) await blobs.TryWriteAsync(name, gzipped, BlobCondition.None, cancellationToken);
        return name;
    }

    /// <summary>The content, unverified; <see langword="null"/> if it is gone.</summary>
    public async Task<Stream?> OpenAsync(AgentTranscript transcript, CancellationToken cancellationToken) =>
        await blobs.OpenReadAsync(transcript.Blob, 0, null, cancellationToken) is { } reading ? new GZipStream(reading.Content, CompressionMode.Decompress) : null;

    /// <summary>Removes those that no checkpoint refers to any more.</summary>
    public async Task PruneAsync(TaskId task, IEnumerable<Checkpoint> kept, CancellationToken cancellationToken)
    {
        var needed = kept.SelectMany(checkpoint => checkpoint.Transcripts).Select(transcript => transcript.Blob).ToHashSet();
        await foreach (var blob in blobs.ListAsync(TaskBlobs.Transcripts(task), cancellationToken))
        {
            if (!needed.Contains(blob.Name)) await blobs.TryDeleteAsync(blob.Name, BlobCondition.None, cancellationToken);
        }
    }
}
