namespace DurableAgentTasks.Workspaces.Delivering;

/// <param name="Branch">Its name, without <c>refs/heads/</c>.</param>
/// <param name="Message">Of the commit.</param>
/// <param name="At">The time of the commit, in seconds: the same files, <c>HEAD</c> and time give the same commit.</param>
public sealed record BranchCommit(string Branch, string Message, DateTimeOffset At);

/// <summary>What came of the wish for a branch.</summary>
public abstract record BranchOutcome
{
    private BranchOutcome()
    {
    }

    /// <param name="Commit">What the branch points at: <c>HEAD</c> itself if there was nothing to add to it.</param>
    /// <param name="Repository">The top of the work tree in whose repository it is.</param>
    public sealed record Made(string Commit, string Repository) : BranchOutcome;

    /// <param name="Reason">For people; no branch was made or moved.</param>
    public sealed record Refused(string Reason) : BranchOutcome;
}

/// <summary>What came of a push.</summary>
public abstract record PushOutcome
{
    private PushOutcome()
    {
    }

    /// <param name="Remote">The name of the remote.</param>
    public sealed record Pushed(string Remote) : PushOutcome;

    /// <param name="Reason">For people.</param>
    public sealed record Refused(string Reason) : PushOutcome;
}
