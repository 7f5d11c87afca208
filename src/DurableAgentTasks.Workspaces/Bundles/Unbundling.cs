using System.Security.Cryptography;
using DurableAgentTasks.Workspaces.Git;
using DurableAgentTasks.Workspaces.Snapshots;

namespace DurableAgentTasks.Workspaces.Bundles;

/// <summary>
/// Takes the objects of bundles in, each after what it builds on. The bytes of a bundle are checked before git sees them, and the
/// snapshot is walked to its last object before a ref names it.
/// </summary>
internal sealed class Unbundling(CheckpointRepository repository, SnapshotRefs refs)
{
    private const int BufferSize = 128 * 1024;

    public async Task<UnbundleOutcome> RunAsync(IReadOnlyList<BundlePart> parts, bool keep, CancellationToken cancellationToken)
    {
        if (parts.Count == 0) throw new ArgumentException("There is nothing to take in.", nameof(parts));
        var name = "";
        for (var i = 0; i < parts.Count; i++)
        {
            var (read, error) = await TakeInAsync(parts[i], cancellationToken);
            if (error is not null) return new UnbundleOutcome.Damaged(i, error);
            name = read!;
        }

        var last = parts.Count - 1;
        var commit = parts[last].Info.Commit;
        if (await SnapshotCommit.ReadAsync(repository.Git, commit, cancellationToken) is not var (tree, _))
            return new UnbundleOutcome.Damaged(last, "It does not hold its snapshot.");
        if (await SnapshotCommit.FindLossAsync(repository.Git, commit, cancellationToken) is { } lost)
            return new UnbundleOutcome.Damaged(last, $"Objects are missing: {lost.Error.Trim()}");
        if (!keep) return new UnbundleOutcome.Unbundled(commit, tree);
        if (!int.TryParse(name[(name.LastIndexOf('/') + 1)..], out var number) || name != refs.Name(number))
            return new UnbundleOutcome.Damaged(last, $"It is of another task: {name}");
        return await RefAsync(number, commit, cancellationToken) is { } taken
            ? new UnbundleOutcome.Damaged(last, taken)
            : new UnbundleOutcome.Unbundled(commit, tree);
    }

    private async Task<string?> RefAsync(int number, string commit, CancellationToken cancellationToken)
    {
        await using var writer = refs.Writer(cancellationToken).Start();
        if (await refs.TryCreateAsync(writer, number, commit, cancellationToken)) return null;
        var there = (await refs.ListAsync(cancellationToken)).First(entry => entry.Number == number).Commit;
        return there == commit ? null : $"The number {number} is that of another snapshot here: {there}";
    }

    private async Task<(string? Name, string? Error)> TakeInAsync(BundlePart part, CancellationToken cancellationToken)
    {
        await using var source = await part.OpenAsync(cancellationToken);
        if (source is null) return (null, "The bundle is missing.");
        var path = Path.Combine(Path.GetDirectoryName(repository.StateFile)!, $"bundle.{Guid.NewGuid():n}.tmp");
        await using var file = new FileStream(
            path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, BufferSize, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        if (await CopyAsync(source, file, part.Info, cancellationToken) is { } altered) return (null, altered);
        file.Position = 0;
        if (BundleHeader.Skip(file, part.Info.Commit) is not { } name) return (null, "It is not the bundle of its snapshot.");
        if (part.Info.Basis is { } basis && await SnapshotCommit.ReadAsync(repository.Git, basis, cancellationToken) is null)
            return (null, $"The snapshot it builds on is not here: {basis}");

        // Loose, not as a pack: what is pruned later can be freed one by one.
        var exit = await repository.Git.RunAsync(
            ["unpack-objects", "-q"],
            (stdin, token) => file.CopyToAsync(stdin, BufferSize, token),
            (stdout, token) => stdout.CopyToAsync(Stream.Null, token),
            cancellationToken);
        return exit.Succeeded ? (name, null) : (null, $"git cannot read it: {exit.Error.Trim()}");
    }

    /// <returns>What is wrong with the bytes; <see langword="null"/> if they are what they must be.</returns>
    private static async Task<string?> CopyAsync(Stream source, Stream file, BundleInfo info, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferSize];
        long size = 0;
        int read;
        while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            size += read;
            if (size > info.Size) return $"It is longer than its {info.Size} bytes.";
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        if (size < info.Size) return $"It has {size} of its {info.Size} bytes.";
        return Convert.ToHexStringLower(hash.GetHashAndReset()) == info.Sha256 ? null : "Its SHA-256 is another one.";
    }
}
