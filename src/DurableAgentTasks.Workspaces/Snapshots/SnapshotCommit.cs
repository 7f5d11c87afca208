using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workspaces.Git;

namespace DurableAgentTasks.Workspaces.Snapshots;

/// <summary>
/// The commit of a snapshot. It has no parents: what is pruned is free then, whatever is kept. The same tree, number and time give
/// the same commit, whoever makes it.
/// </summary>
internal static class SnapshotCommit
{
    private const string Author = "DurableAgentTasks <agent-tasks@localhost>";

    public static string Write(CheckpointRepository repository, TaskId task, int number, string tree, DateTimeOffset at, SnapshotNotes notes)
    {
        var text = $"""
            tree {tree}
            author {Author} {at.ToUnixTimeSeconds()} +0000
            committer {Author} {at.ToUnixTimeSeconds()} +0000

            Checkpoint {number} of task {task}

            {JsonSerializer.Serialize(notes, TaskJson.Options)}

            """;
        return LooseObject.Write(repository.Objects, ObjectId.Algorithm(tree), "commit", Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n")));
    }

    /// <summary>Walks a snapshot to its last object.</summary>
    /// <returns>How git failed; <see langword="null"/> if it is whole.</returns>
    public static async Task<GitExit?> FindLossAsync(GitRunner git, string commit, CancellationToken cancellationToken)
    {
        var (exit, _) = await git.TryReadAsync(["rev-list", "--objects", "--quiet", commit, "--"], cancellationToken);
        return exit.Succeeded ? null : exit;
    }

    /// <returns>The tree of a commit and what is noted in it; <see langword="null"/> if there is no such commit, or it is not of a snapshot.</returns>
    public static async Task<(string Tree, SnapshotNotes Notes)?> ReadAsync(GitRunner git, string commit, CancellationToken cancellationToken)
    {
        if (!ObjectId.IsValid(commit)) return null;
        var (exit, output) = await git.TryReadAsync(["cat-file", "commit", commit], cancellationToken);
        if (!exit.Succeeded) return null;
        var lines = Encoding.UTF8.GetString(output.Span).TrimEnd('\n').Split('\n');
        try
        {
            return lines[0].StartsWith("tree ", StringComparison.Ordinal)
                && JsonSerializer.Deserialize<SnapshotNotes>(lines[^1], TaskJson.Options) is { } notes
                ? (lines[0]["tree ".Length..], notes)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What a tree cannot hold.</summary>
/// <param name="Head">The user's <c>HEAD</c>.</param>
/// <param name="EmptyFolders">From the top of the work tree.</param>
internal sealed record SnapshotNotes(string? Head, IReadOnlyList<string> EmptyFolders)
{
    /// <summary>The paths of what was there and is not in the tree, as in <see cref="LeftOutFile"/>; <see langword="null"/> if that is nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? LeftOut { get; init; }

    public static SnapshotNotes Of(string? head, ScannedTree scanned) => new(head, [.. scanned.EmptyFolders.Take(Snapshots.EmptyFolders.Limit)])
    {
        LeftOut = scanned.LeftOut.Count == 0 ? null : [.. scanned.LeftOut.Select(file => file.Path)],
    };
}
