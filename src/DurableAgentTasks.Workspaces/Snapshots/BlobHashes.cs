using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using DurableAgentTasks.Workspaces.Git;

namespace DurableAgentTasks.Workspaces.Snapshots;

/// <summary>SHA-256 of the contents git holds, in one stream and constant memory.</summary>
internal static class BlobHashes
{
    /// <returns>By object id, 64 hex digits.</returns>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(GitRunner git, IReadOnlyCollection<string> blobs, CancellationToken cancellationToken)
    {
        var hashes = new Dictionary<string, string>(blobs.Count);
        if (blobs.Count == 0) return hashes;
        var input = Encoding.ASCII.GetBytes(string.Concat(blobs.Select(blob => $"{blob}\n")));
        var exit = await git.RunAsync(
            ["cat-file", "--batch", "--buffer"],
            (stdin, token) => stdin.WriteAsync(input, token).AsTask(),
            (stdout, token) => HashAllAsync(PipeReader.Create(stdout), hashes, token),
            cancellationToken);
        exit.ThrowIfFailed();
        return hashes;
    }

    private static async Task HashAllAsync(PipeReader output, Dictionary<string, string> hashes, CancellationToken cancellationToken)
    {
        // <id> SP <type> SP <length> LF <content> LF
        while (await ReadLineAsync(output, cancellationToken) is { } line)
        {
            var fields = line.Split(' ');
            if (fields is not [var blob, _, var length]) throw new GitException($"git does not have an object it has just written: {line}");
            hashes[blob] = await HashAsync(output, long.Parse(length, CultureInfo.InvariantCulture), cancellationToken);
            await ReadLineAsync(output, cancellationToken);
        }
    }

    private static async Task<string> HashAsync(PipeReader output, long length, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (length > 0)
        {
            var result = await output.ReadAsync(cancellationToken);
            var part = result.Buffer.Slice(0, Math.Min(length, result.Buffer.Length));
            if (part.IsEmpty) throw new GitException("git ended in the middle of an object.");
            foreach (var segment in part) hash.AppendData(segment.Span);
            length -= part.Length;
            output.AdvanceTo(part.End);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static async Task<string?> ReadLineAsync(PipeReader output, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await output.ReadAsync(cancellationToken);
            if (result.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Encoding.ASCII.GetString(result.Buffer.Slice(0, end));
                output.AdvanceTo(result.Buffer.GetPosition(1, end));
                return line;
            }

            output.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted) return null;
        }
    }
}
