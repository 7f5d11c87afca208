using System.Security.Cryptography;
using System.Text;
using DurableAgentTasks.Workspaces.Git;

namespace DurableAgentTasks.Workspaces.Bundles;

/// <summary>
/// Writes what a snapshot has and its basis has not as a git bundle. <c>git bundle create</c> finds a basis by the parents of commits,
/// which snapshots do not have. <c>pack-objects --thin --shallow</c> takes the excluded commit itself as one: nothing of its tree is
/// packed, and what is packed is packed as differences to it.
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

        var input = Encoding.ASCII.GetBytes(basis is null ? $"{commit}\n" : $"{commit}\n^{basis}\n");
        await WriteAsync(BundleHeader.Write(commit, basis, name), cancellationToken);
        var exit = await git.RunAsync(
            ["pack-objects", "--revs", "--thin", "--shallow", "--stdout", "--delta-base-offset", "-q"],
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
}
