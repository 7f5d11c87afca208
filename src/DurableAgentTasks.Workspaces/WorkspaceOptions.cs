namespace DurableAgentTasks.Workspaces;

/// <summary>The operator's settings for workspaces and what their checkpoints hold.</summary>
public sealed class WorkspaceOptions
{
    /// <summary>git, by path or name; 2.36 or later.</summary>
    public string GitExecutable { get; set; } = "git";

    /// <summary>A larger file is left out of checkpoints, with a note: 1 GiB.</summary>
    public long MaxFileBytes { get; set; } = 1L << 30;

    /// <summary>
    /// One snapshot takes in at most so many bytes of files whose content the repository does not have; the largest are left out, with a
    /// note, and come into the next ones as far as there is room. 10 GiB.
    /// </summary>
    public long MaxNewBytes { get; set; } = 10L << 30;

    /// <summary>A snapshot lists, with their hashes, at most so many changed files; all are counted: 10,000.</summary>
    public int MaxListedFiles { get; set; } = 10_000;

    /// <summary>
    /// Objects of pruned checkpoints in a repository that is not ours alone are kept so long after they were last written: git that runs
    /// beside us may be about to refer to them. 1 h.
    /// </summary>
    public TimeSpan ObjectGrace { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// A folder that was changed so shortly before it was walked is walked again by the next checkpoint: the clock of its file system may not
    /// tell the two apart. 3 s; longer where its ticks are.
    /// </summary>
    public TimeSpan FolderClockTick { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// More environment for git where it clones and pushes, such as <c>GIT_SSH_COMMAND</c>, <c>GIT_ASKPASS</c>, or
    /// <c>GIT_CONFIG_GLOBAL</c> with a credential helper.
    /// </summary>
    public Dictionary<string, string> RemoteEnvironment { get; init; } = [];

    /// <summary>Folders in which, and below which, tasks may work; none: anywhere.</summary>
    public List<string> Roots { get; init; } = [];

    /// <summary>The host's data folder: where it lies in a work tree it is no part of it. Set by the host.</summary>
    public string? HostFolder { get; set; }

    /// <summary>What is wrong with these options and how to mend it; empty if nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> errors = [];
        if (string.IsNullOrWhiteSpace(GitExecutable)) errors.Add("Workspaces:GitExecutable must name git.");
        if (MaxFileBytes <= 0) errors.Add("Checkpoints:MaxFileBytes must be more than 0.");
        if (MaxNewBytes <= 0) errors.Add("Checkpoints:MaxNewBytes must be more than 0.");
        if (MaxListedFiles < 0) errors.Add("Checkpoints:MaxListedFiles must not be negative; 0 lists none.");
        if (ObjectGrace < TimeSpan.Zero) errors.Add("Workspaces:ObjectGrace must not be negative; git itself allows two weeks.");
        if (FolderClockTick <= TimeSpan.Zero) errors.Add("Workspaces:FolderClockTick must be more than 0.");
        errors.AddRange(Roots.Where(root => !Path.IsPathFullyQualified(root)).Select(root => $"Workspaces:Roots: \"{root}\" must be an absolute path."));
        return errors;
    }
}
