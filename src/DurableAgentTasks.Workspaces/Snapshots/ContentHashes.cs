using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using DurableAgentTasks.Workspaces.Git;

namespace DurableAgentTasks.Workspaces.Snapshots;

/// <summary>
/// SHA-256 of the contents of a snapshot. What was just read into it is on the disk still, most often: it is hashed from there, and the
/// object id, computed beside, proves that it is the same content. The rest is read from git.
/// </summary>
internal static class ContentHashes
{
    private const int BufferSize = 64 * 1024;

    /// <returns>By object id, 64 hex digits.</returns>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(
        CheckpointRepository repository, IEnumerable<TreeChange> contents, CancellationToken cancellationToken)
    {
        var hashes = new Dictionary<string, string>();
        var others = new HashSet<string>();
        var probe = new PathProbe(repository.Root);
        foreach (var change in contents)
        {
            if (hashes.ContainsKey(change.Blob)) continue;
            var onDisk = change.Path.IsUtf8 && probe.Look(change.Path).Kind == PathKind.File
                ? await HashFileAsync(Path.Combine(repository.Root, change.Path.ToPlainString()), repository.Algorithm, cancellationToken)
                : null;
            if (onDisk?.Blob == change.Blob) hashes[change.Blob] = onDisk.Value.Sha256;
            else others.Add(change.Blob);
        }

        foreach (var (blob, hash) in await BlobHashes.ReadAsync(repository.Git, others, cancellationToken)) hashes[blob] = hash;
        return hashes;
    }

    /// <returns>The object id that git gives the content, and its SHA-256; <see langword="null"/> if it cannot be read.</returns>
    public static async Task<(string Blob, string Sha256)?> HashFileAsync(string file, HashAlgorithmName algorithm, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            await using var content = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using var id = IncrementalHash.CreateHash(algorithm);
            id.AppendData(Encoding.ASCII.GetBytes($"blob {content.Length}\0"));
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                id.AppendData(buffer, 0, read);
            }

            return (Convert.ToHexStringLower(id.GetHashAndReset()), Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
