namespace DurableAgentTasks.Workspaces.Preparation;

/// <summary>Where a task works.</summary>
public abstract record WorkspaceSource
{
    private WorkspaceSource()
    {
    }

    /// <summary>The commit of a snapshot that it is to be filled from: where there is no repository, what is made has the format of its objects.</summary>
    public string? FilledFrom { get; init; }

    /// <summary>The folder itself, in a git repository or not. It is the user's: only files of the work tree are ever changed.</summary>
    /// <param name="Path">An absolute path of an existing folder.</param>
    public sealed record InPlace(string Path) : WorkspaceSource;

    /// <summary>A git worktree of our own, detached at the <c>HEAD</c> of the repository the folder lies in.</summary>
    /// <param name="Path">An absolute path of an existing folder.</param>
    public sealed record Worktree(string Path) : WorkspaceSource;

    /// <summary>A clone of our own.</summary>
    /// <param name="Repository">A URL (https, ssh, git, file) or path git can clone.</param>
    /// <param name="Ref">A branch, tag or commit; <see langword="null"/> is the default branch.</param>
    public sealed record Cloned(string Repository, string? Ref) : WorkspaceSource;

    /// <summary>An empty folder of our own, to be filled from a checkpoint: what is known of the task on another machine.</summary>
    public sealed record Empty : WorkspaceSource;
}

/// <summary>What came of the wish to prepare a workspace.</summary>
public abstract record PrepareOutcome
{
    private PrepareOutcome()
    {
    }

    public sealed record Ready(Workspace Workspace) : PrepareOutcome;

    /// <param name="Reason">For people: what is wrong and how to put it right.</param>
    public sealed record Refused(string Reason) : PrepareOutcome;
}
