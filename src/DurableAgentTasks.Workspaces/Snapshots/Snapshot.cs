using DurableAgentTasks.Core.Checkpoints;

namespace DurableAgentTasks.Workspaces.Snapshots;

/// <summary>The work tree as it was at a moment, as a commit without parents.</summary>
public sealed record Snapshot
{
    /// <summary>From 1, in the order they were taken.</summary>
    public required int Number { get; init; }

    public required string Commit { get; init; }

    public required string Tree { get; init; }

    /// <summary><c>refs/agent-tasks/&lt;task&gt;/&lt;number&gt;</c>: in the user's repository, or in a plain folder in ours.</summary>
    public required string Ref { get; init; }

    /// <summary>The user's <c>HEAD</c>, if there is a repository with a commit.</summary>
    public string? Head { get; init; }

    /// <summary>
    /// Since the snapshot before; of the first since <c>HEAD</c>, or in a plain folder since nothing. At most
    /// <see cref="WorkspaceOptions.MaxListedFiles"/>, in order of their paths.
    /// </summary>
    public required IReadOnlyList<ChangedFile> Files { get; init; }

    /// <summary>All of them.</summary>
    public required int FilesChanged { get; init; }

    /// <summary>Added and deleted lines of text files.</summary>
    public required long LinesChanged { get; init; }

    /// <summary>Too large, or not to be read. A restore of the snapshot leaves them as they are, and any other moves aside what is in its way.</summary>
    public required IReadOnlyList<LeftOutFile> LeftOut { get; init; }

    public required IReadOnlyList<NestedRepository> Nested { get; init; }

    /// <summary>At most 1,000, in order; the others are told of in <see cref="LeftOut"/>.</summary>
    public required IReadOnlyList<string> EmptyFolders { get; init; }

    public required TimeSpan Duration { get; init; }
}
