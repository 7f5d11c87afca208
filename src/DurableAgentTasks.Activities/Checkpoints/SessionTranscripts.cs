using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using DurableAgentTasks.Activities.Queue;
using DurableAgentTasks.Activities.Secrets;
using DurableAgentTasks.Activities.Workspaces;
using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Checkpoints;

namespace DurableAgentTasks.Activities.Checkpoints;

/// <summary>
/// The files in which agents keep their sessions: stored with checkpoints, without the values of secrets, and put back on a host that
/// does not have them, so that a session goes on there. One that is longer here stays.
/// </summary>
public sealed class SessionTranscripts(TranscriptStore store, AgentCatalog agents, SecretValues secrets, TaskWorkspaces workspaces, CheckpointOptions options)
{
    private const int BufferSize = 128 * 1024;

    /// <summary>Stores the transcripts of these sessions.</summary>
    /// <returns>Those that were found, and what is not in them, for people.</returns>
    /// <exception cref="IOException">They cannot be read, or the disk is full.</exception>
    internal async Task<(IReadOnlyList<AgentTranscript> Taken, string? Problem)> TakeAsync(
        TaskRecord record, IEnumerable<AgentSession> sessions, CancellationToken cancellationToken)
    {
        if (PlaceOf(record) is not var (place, variable) || workspaces.FolderOf(record) is not { } folder) return ([], null);
        var ids = sessions.Select(session => session.Id).Distinct(StringComparer.Ordinal).ToList();
        var directory = CanonicalPath.Of(folder);
        if (ids.Count > 0 && !place.IsKnownFor(directory))
            return ([], $"The transcript of the agent is not in it: the path of its folder is longer than {TranscriptPlace.LongestDirectory} characters, and is shortened in a way of the agent's own.");
        var resolved = secrets.Resolve(record.Request.Secrets);
        if (resolved.Missing.Count > 0) return ([], $"The transcript of the agent is not in it: {resolved.Missing[0]}");
        var (taken, problem) = (new List<AgentTranscript>(), (string?)null);
        foreach (var session in ids)
        {
            if (place.Find(variable, session, directory) is not var (file, path)) continue;
            if (file.Length > options.MaxTranscriptBytes)
                problem = $"The transcript of session {session} is not in it: it is larger than {options.MaxTranscriptBytes:N0} bytes (Checkpoints:MaxTranscriptBytes).";
            else if (await TakeAsync(record.Id, file, resolved.ToMask(), cancellationToken) is var (blob, sha256, size))
                taken.Add(new AgentTranscript(session, path, blob, sha256, size));
        }

        return (taken, problem);
    }

    /// <summary>Puts the transcripts of a checkpoint where the agent looks for them, if there are none that are as long.</summary>
    /// <returns>What could not be put back, for people; <see langword="null"/> if nothing.</returns>
    internal async Task<string?> PutBackAsync(TaskRecord record, Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        if (checkpoint.Transcripts.Count == 0 || PlaceOf(record) is not var (place, variable) || workspaces.FolderOf(record) is not { } folder) return null;
        string? problem = null;
        foreach (var transcript in checkpoint.Transcripts)
        {
            if (place.PlaceFor(variable, transcript.Path, CanonicalPath.Of(folder)) is not { } target)
            {
                problem = $"The transcript of session {transcript.SessionId} has no place here, so the agent cannot go on in it: the path of its folder is too long.";
                continue;
            }

            if (target.Exists && target.Length >= transcript.Size) continue;
            if (!await PutBackAsync(transcript, target, cancellationToken))
                problem = $"The transcript of session {transcript.SessionId} is missing or altered, so the agent cannot go on in it.";
        }

        return problem;
    }

    private (TranscriptPlace Place, Func<string, string?> Variable)? PlaceOf(TaskRecord record) =>
        agents.Find(record.Request.Agent) is { Profile.Transcript: { } place } agent
            ? (place, name => agent.Environment.GetValueOrDefault(name) ?? record.Request.Environment.GetValueOrDefault(name) ?? Environment.GetEnvironmentVariable(name))
            : null;

    /// <summary>Its whole lines: the agent may be writing the next one.</summary>
    private async Task<(string Blob, string Sha256, long Size)?> TakeAsync(TaskId task, FileInfo file, SecretMask mask, CancellationToken cancellationToken)
    {
        await using var source = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = await WholeLinesAsync(source, cancellationToken);
        if (length == 0) return null;
        await using var gzipped = Scratch(task);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long size = 0;
        await using (var gzip = new GZipStream(gzipped, CompressionLevel.Fastest, leaveOpen: true))
        {
            var masked = mask.Before(async (_, chunk, _, _, token) =>
            {
                hash.AppendData(chunk.Span);
                size += chunk.Length;
                await gzip.WriteAsync(chunk, token);
            });
            await CopyAsync(source, length, masked, cancellationToken);
        }

        gzipped.Position = 0;
        var sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
        return (await store.WriteAsync(task, sha256, gzipped, cancellationToken), sha256, size);
    }

    private static async Task CopyAsync(FileStream source, long length, OutputSink sink, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            source.Position = 0;
            for (long read = 0; read < length;)
            {
                var count = await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, length - read)), cancellationToken);
                if (count == 0) throw new IOException($"{source.Name} was cut while it was read.");
                read += count;
                await sink(OutputStream.StandardOutput, buffer.AsMemory(0, count), read, read == length, cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<long> WholeLinesAsync(FileStream source, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        for (var end = source.Length; end > 0;)
        {
            var begin = Math.Max(0, end - buffer.Length);
            source.Position = begin;
            var count = await source.ReadAtLeastAsync(buffer.AsMemory(0, (int)(end - begin)), (int)(end - begin), throwOnEndOfStream: false, cancellationToken);
            if (buffer.AsSpan(0, count).LastIndexOf((byte)'\n') is >= 0 and var at) return begin + at + 1;
            end = begin;
        }

        return 0;
    }

    private async Task<bool> PutBackAsync(AgentTranscript transcript, FileInfo target, CancellationToken cancellationToken)
    {
        await using var content = await store.OpenAsync(transcript, cancellationToken);
        if (content is null) return false;
        target.Directory!.Create();
        var half = $"{target.FullName}.{Guid.NewGuid():n}.part";
        try
        {
            await using (var file = new FileStream(half, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
            {
                await content.CopyToAsync(file, cancellationToken);
                file.Position = 0;
                if (Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken)) != transcript.Sha256) return false;
            }

            File.Move(half, target.FullName, overwrite: true);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
        finally
        {
            File.Delete(half);
        }
    }

    private FileStream Scratch(TaskId task)
    {
        Directory.CreateDirectory(workspaces.ScratchOf(task));
        return new FileStream(
            Path.Combine(workspaces.ScratchOf(task), "transcript.tmp"), FileMode.Create, FileAccess.ReadWrite, FileShare.None, BufferSize, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
    }
}
