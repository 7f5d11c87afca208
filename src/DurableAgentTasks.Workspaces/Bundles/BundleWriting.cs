using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using DurableAgentTasks.Workspaces.Git;
using DurableAgentTasks.Workspaces.Snapshots;

namespace DurableAgentTasks.Workspaces.Bundles;

/// <summary>
/// Writes what a snapshot has and its basis has not as a git bundle. <c>git bundle create</c> finds that by the parents of commits,
/// which snapshots do not have; so git is told which objects to pack, and packs them as differences to the basis where it can.
/// </summary>
internal static class BundleWriting
{
    private const int BufferSize = 128 * 1024;

    public static async Task<BundleInfo> WriteAsync(
        GitRunner git, string commit, string? basis, string name, Stream output, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long size = 0;

        async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken token)
        {
            hash.AppendData(bytes.Span);
            size += bytes.Length;
            await output.WriteAsync(bytes, token);
        }

        var input = await ObjectsAsync(git, commit, basis, cancellationToken);
        await WriteAsync(BundleHeader.Write(commit, basis, name), cancellationToken);
        var exit = await git.RunAsync(
            basis is null ? ["pack-objects", "--revs", "--stdout", "--delta-base-offset", "-q"] : ["pack-objects", "--stdout", "--thin", "--delta-base-offset", "-q"],
            (stdin, token) => stdin.WriteAsync(input, token).AsTask(),
            async (stdout, token) =>
            {
                var buffer = new byte[BufferSize];
                int read;
                while ((read = await stdout.ReadAsync(buffer, token)) > 0) await WriteAsync(buffer.AsMemory(0, read), token);
            },
            cancellationToken);
        exit.ThrowIfFailed();
        return new BundleInfo(commit, basis, Convert.ToHexStringLower(hash.GetHashAndReset()), size);
    }

    /// <summary>What pack-objects reads: a commit to walk, or a list of <c>-edge</c> and <c>object path</c>.</summary>
    private static async Task<ReadOnlyMemory<byte>> ObjectsAsync(GitRunner git, string commit, string? basis, CancellationToken cancellationToken)
    {
        if (basis is null) return Encoding.ASCII.GetBytes($"{commit}\n");
        var list = new ArrayBufferWriter<byte>();
        var tree = await git.ReadLineAsync(["rev-parse", "--verify", "--end-of-options", $"{commit}^{{tree}}"], cancellationToken);
        var basisTree = await git.ReadLineAsync(["rev-parse", "--verify", "--end-of-options", $"{basis}^{{tree}}"], cancellationToken);
        list.Write(Encoding.ASCII.GetBytes($"-{basis}\n{commit}\n"));
        if (tree == basisTree) return list.WrittenMemory;
        list.Write(Encoding.ASCII.GetBytes($"{tree}\n"));
        foreach (var change in await NewObjectsAsync(git, basis, commit, cancellationToken))
        {
            // The path only tells git which contents are alike; the list has a line for each.
            list.Write(Encoding.ASCII.GetBytes($"{change.Blob} "));
            if (!change.Path.Span.Contains((byte)'\n')) list.Write(change.Path.Span);
            list.Write("\n"u8);
        }

        return list.WrittenMemory;
    }

    private static async Task<IEnumerable<TreeChange>> NewObjectsAsync(GitRunner git, string basis, string commit, CancellationToken cancellationToken)
    {
        var changes = await TreeChanges.ReadObjectsAsync(git, basis, commit, cancellationToken);
        var there = changes.Select(change => change.OldBlob).ToHashSet();
        return changes.Where(change => !change.IsNested && change.Blob.Trim('0').Length > 0 && there.Add(change.Blob));
    }
}
