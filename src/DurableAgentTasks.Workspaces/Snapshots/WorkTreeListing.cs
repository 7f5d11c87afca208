using System.Text;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Workspaces.Git;

namespace DurableAgentTasks.Workspaces.Snapshots;

/// <summary>Where the disk differs from our index, as git sees it.</summary>
internal sealed record WorkTreeListing(
    IReadOnlyCollection<GitPath> Candidates, IReadOnlySet<GitPath> Nested, IReadOnlyList<GitPath> Folders, IReadOnlyList<LeftOutFile> Unreadable)
{
    private const string FolderWarning = "warning: could not open directory '";
    private const int MaxFolderArguments = 200;

    /// <summary>Looks at each file of the index, on all cores: what of it is another now.</summary>
    public static Task<ReadOnlyMemory<byte>> ReadChangedAsync(CheckpointRepository repository, CancellationToken cancellationToken) =>
        repository.Git.ReadAsync(["diff-files", "-z", "--name-only", "--ignore-submodules=dirty", "--no-ext-diff"], cancellationToken);

    /// <param name="repository">With our index.</param>
    /// <param name="changing">What is in the index and another on the disk, while it is looked for.</param>
    /// <param name="places">Where something may be that is not in the index; <see langword="null"/>: anywhere.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task<WorkTreeListing> ReadAsync(
        CheckpointRepository repository, Task<ReadOnlyMemory<byte>> changing, IReadOnlyList<GitPath>? places, CancellationToken cancellationToken)
    {
        // Folders without any file in the index come as one, so that those without any file at all are seen.
        var (error, output) = await OthersAsync(repository, places, cancellationToken);
        var changed = NulList.Paths(await changing);
        var others = NulList.Paths(output).ToList();
        var folders = others.Where(path => path.IsFolder).ToList();
        var candidates = others.Where(path => !path.IsFolder).Concat(changed).ToHashSet();
        HashSet<GitPath> nested = [];
        if (folders.Count > 0)
        {
            var (unreadable, within) = await ReadWithinAsync(repository, folders, ignoredToo: false, cancellationToken);
            error += unreadable;
            foreach (var path in NulList.Paths(within))
            {
                candidates.Add(path.WithoutSlash());
                if (path.IsFolder) nested.Add(path.WithoutSlash());
            }
        }

        return new WorkTreeListing(candidates, nested, folders, [.. Warnings(error).Distinct()]);
    }

    private static async Task<(string Error, ReadOnlyMemory<byte> Output)> OthersAsync(
        CheckpointRepository repository, IReadOnlyList<GitPath>? places, CancellationToken cancellationToken)
    {
        if (places is []) return ("", default);
        var (exit, output) = await repository.Git.TryReadAsync(
            [
                "--literal-pathspecs", "ls-files", "-z", "--others", "--directory", "--exclude-standard", "--",
                .. (places ?? []).Select(place => place.ToPlainString()),
            ],
            cancellationToken);
        exit.ThrowIfFailed();
        return (exit.Error, output);
    }

    /// <summary>What is in folders and not in the index; more of it, if they cannot be named.</summary>
    public static async Task<(string Error, ReadOnlyMemory<byte> Output)> ReadWithinAsync(
        CheckpointRepository repository, IReadOnlyCollection<GitPath> folders, bool ignoredToo, CancellationToken cancellationToken)
    {
        // An argument is text; what cannot be said as text, or is too much for a command line, is found by walking everything.
        var everything = folders.Count > MaxFolderArguments || !folders.All(folder => folder.IsUtf8);
        var (exit, output) = await repository.Git.TryReadAsync(
            [
                "--literal-pathspecs", "ls-files", "-z", "--others", .. ignoredToo ? Array.Empty<string>() : ["--exclude-standard"], "--",
                .. everything ? [] : folders.Select(folder => Encoding.UTF8.GetString(folder.Span)),
            ],
            cancellationToken);
        exit.ThrowIfFailed();
        return (exit.Error, output);
    }

    private static IEnumerable<LeftOutFile> Warnings(string error)
    {
        foreach (var line in error.Split('\n'))
        {
            var end = line.LastIndexOf("': ", StringComparison.Ordinal);
            if (!line.StartsWith(FolderWarning, StringComparison.Ordinal) || end < FolderWarning.Length) continue;
            var path = new GitPath(Encoding.Latin1.GetBytes(line[FolderWarning.Length..end]));
            yield return new LeftOutFile(path.ToString(), $"The folder cannot be read: {line[(end + 3)..]}");
        }
    }
}
