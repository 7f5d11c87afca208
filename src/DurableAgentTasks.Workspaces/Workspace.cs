using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workspaces.Bundles;
using DurableAgentTasks.Workspaces.Delivering;
using DurableAgentTasks.Workspaces.Git;
using DurableAgentTasks.Workspaces.Preparation;
using DurableAgentTasks.Workspaces.Pruning;
using DurableAgentTasks.Workspaces.Restoring;
using DurableAgentTasks.Workspaces.Snapshots;

namespace DurableAgentTasks.Workspaces;

/// <summary>
/// The files a task works on, and their snapshots. Nothing of the user's repository is ever written but objects and the refs
/// <c>refs/agent-tasks/&lt;task&gt;/&lt;number&gt;</c>: <c>HEAD</c>, index, branches, stash, configuration and reflogs stay as they are.
/// One operation at a time is carried out, whoever asks; files may be written meanwhile.
/// </summary>
/// <remarks>Every method throws <see cref="GitException"/> when git cannot do its work (a full disk, a damaged repository).</remarks>
public sealed class Workspace : IDisposable
{
    private readonly CheckpointRepository _repository;
    private readonly WorkspaceLock _lock;
    private readonly WorkspaceOptions _options;
    private readonly TimeProvider _time;
    private readonly SnapshotTaking _snapshots;
    private readonly SnapshotRefs _refs;

    internal Workspace(
        TaskId task, string workingFolder, bool isOurs, CheckpointRepository repository, WorkspaceLock @lock, WorkspaceOptions options, TimeProvider time)
    {
        (_repository, _lock, _options, _time, Folder, IsOurs) = (repository, @lock, options, time, workingFolder, isOurs);
        _snapshots = new SnapshotTaking(repository, task, options, time);
        _refs = new SnapshotRefs(repository, task);
    }

    /// <summary>The top of the work tree: all below is in snapshots.</summary>
    public string Root => _repository.Root;

    /// <summary>Where steps run: <see cref="Root"/>, or the folder below it that was asked for.</summary>
    public string Folder { get; }

    /// <summary>Whether the work tree was made for the task: a worktree or a clone, and no folder of the user's.</summary>
    public bool IsOurs { get; }

    /// <summary>Whether there is a git repository that is not only ours.</summary>
    public bool HasRepository => _repository.Repository is not null;

    /// <summary>Makes a workspace, or opens the one that was made for the task before; a restore that was interrupted is finished.</summary>
    /// <param name="task">Whose it is.</param>
    /// <param name="source">What it is made from; not looked at again when it was made before.</param>
    /// <param name="dataFolder">Of ours, for all tasks: worktrees, clones and what is kept about checkpoints.</param>
    /// <param name="options">The operator's.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the call; what is half made is made anew next time.</param>
    public static Task<PrepareOutcome> PrepareAsync(
        TaskId task, WorkspaceSource source, string dataFolder, WorkspaceOptions options, TimeProvider time, CancellationToken cancellationToken) =>
        new WorkspacePreparation(task, new WorkspaceFolder(dataFolder, task), options, time).RunAsync(source, cancellationToken);

    /// <summary>Opens the workspace that was made for the task before; a restore that was interrupted is finished.</summary>
    /// <returns><see langword="null"/> if none was made, or it is gone.</returns>
    /// <inheritdoc cref="PrepareAsync" path="/param"/>
    public static async Task<Workspace?> FindAsync(TaskId task, string dataFolder, WorkspaceOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var folder = new WorkspaceFolder(dataFolder, task);
        return folder.Read() is { } made ? await new WorkspacePreparation(task, folder, options, time).OpenAsync(made, cancellationToken) : null;
    }

    /// <summary>Where the steps of a task run; <see langword="null"/> if nothing was made for it, or that is gone.</summary>
    public static string? FolderOf(TaskId task, string dataFolder) => new WorkspaceFolder(dataFolder, task).Read()?.Folder;

    /// <summary>
    /// Removes all snapshots of a task and everything we made for it, as far as it is there; of the user's folder nothing is touched.
    /// </summary>
    /// <inheritdoc cref="PrepareAsync" path="/param"/>
    public static async Task DeleteAsync(TaskId task, string dataFolder, WorkspaceOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var folder = new WorkspaceFolder(dataFolder, task);
        if (!folder.Exists) return;
        using (var workspace = await FindAsync(task, dataFolder, options, time, cancellationToken))
        {
            if (workspace is not null) await workspace.PruneAsync(new HashSet<string>(), cancellationToken);
        }

        await folder.DeleteAsync(options.GitExecutable, cancellationToken);
    }

    /// <summary>Takes a snapshot. What has not changed since the one before is not read again.</summary>
    public async Task<Snapshot> SnapshotAsync(SnapshotRequest request, CancellationToken cancellationToken)
    {
        using var held = await _lock.AcquireAsync(cancellationToken);
        return await _snapshots.TakeAsync(request, cancellationToken);
    }

    /// <summary>
    /// Makes the work tree exactly a snapshot's, after taking one of what is there. Killed at any moment, the next
    /// <see cref="PrepareAsync"/> finishes it; if it fails, the work tree is brought back to what it was.
    /// </summary>
    /// <param name="commit">Of the snapshot.</param>
    /// <param name="saving">Of the snapshots that are taken before.</param>
    /// <param name="cancellationToken">Ends the call, and leaves the work tree as a kill would.</param>
    public async Task<RestoreOutcome> RestoreAsync(string commit, SnapshotRequest saving, CancellationToken cancellationToken)
    {
        using var held = await _lock.AcquireAsync(cancellationToken);
        return await new TreeRestore(_repository, _snapshots, _time).RunAsync(commit, saving, cancellationToken);
    }

    /// <summary>What restores have saved is kept elsewhere now: until this is said, they tell of it, and no pruning takes it.</summary>
    public async Task ForgetSavedAsync(CancellationToken cancellationToken)
    {
        using var held = await _lock.AcquireAsync(cancellationToken);
        if (RestoreJournal.Read(_repository.RestoreJournal) is { } journal) (journal with { Saved = [] }).Close(_repository.RestoreJournal);
    }

    /// <summary>Writes a unified diff that <c>git apply</c> takes, binary files too.</summary>
    /// <param name="from">The commit of a snapshot; <see langword="null"/> is the <c>HEAD</c> that the later one noted if that is here, else nothing.</param>
    /// <param name="to">Another; <see langword="null"/> is the work tree as it is.</param>
    /// <param name="output">Where it is written as it is made.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns><see langword="false"/> if one of them is not here; nothing is written.</returns>
    public async Task<bool> DiffAsync(string? from, string? to, Stream output, CancellationToken cancellationToken)
    {
        using var held = await _lock.AcquireAsync(cancellationToken);
        if ((from is not null && !await IsHereAsync(from, cancellationToken)) || (to is not null && !await IsHereAsync(to, cancellationToken))) return false;
        from ??= await _snapshots.BeginOfAsync(to, cancellationToken);
        to ??= (await _snapshots.ScanAsync(cancellationToken)).Tree;
        var exit = await _repository.TreeGit.RunAsync(
            ["diff-tree", "-r", "--patch", "--binary", "--full-index", "--find-renames", "--no-color", "--no-ext-diff", "--no-textconv", from, to, "--"],
            (_, _) => Task.CompletedTask,
            (stdout, token) => stdout.CopyToAsync(output, token),
            cancellationToken);
        exit.ThrowIfFailed();
        return true;
    }

    /// <summary>Writes a git bundle of a snapshot.</summary>
    /// <param name="snapshot">What it brings.</param>
    /// <param name="basis">The commit of an earlier snapshot that the bundle builds on; <see langword="null"/> makes it complete by itself.</param>
    /// <param name="output">Where it is written as it is made.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<BundleInfo> BundleAsync(Snapshot snapshot, string? basis, Stream output, CancellationToken cancellationToken)
    {
        using var held = await _lock.AcquireAsync(cancellationToken);
        try
        {
            return await BundleWriting.WriteAsync(_repository.Git, snapshot.Commit, basis, snapshot.Ref, output, cancellationToken);
        }
        catch (GitException)
        {
            // As where a snapshot cannot be recorded: an object may be gone that the index says is stored.
            _repository.DropIndex();
            await new LostSnapshots(_repository, _refs).ForgetAsync(cancellationToken);
            throw;
        }
    }

    /// <summary>Whether a snapshot is here, or was taken in.</summary>
    public async Task<bool> HasAsync(string commit, CancellationToken cancellationToken)
    {
        using var held = await _lock.AcquireAsync(cancellationToken);
        return await IsHereAsync(commit, cancellationToken);
    }

    /// <summary>Takes snapshots in from their bundles, oldest first; the last one can then be restored.</summary>
    /// <param name="parts">The bundles.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <param name="ofAnotherTask">They are another task's: no ref keeps the snapshot from git's garbage collection, so it is to be restored soon.</param>
    public async Task<UnbundleOutcome> UnbundleAsync(IReadOnlyList<BundlePart> parts, CancellationToken cancellationToken, bool ofAnotherTask = false)
    {
        using var held = await _lock.AcquireAsync(cancellationToken);
        return await new Unbundling(_repository, _refs).RunAsync(parts, keep: !ofAnotherTask, cancellationToken);
    }

    /// <summary>
    /// Makes a branch with a commit of the work tree as it is, as <c>git add -A; git commit</c> would, on top of <c>HEAD</c>; one that was
    /// made so before is the same again. <c>HEAD</c>, the user's index and other branches stay as they are.
    /// </summary>
    public async Task<BranchOutcome> MakeBranchAsync(BranchCommit commit, CancellationToken cancellationToken)
    {
        using var held = await _lock.AcquireAsync(cancellationToken);
        return _repository.Repository is { } repository
            ? await new BranchMaking(repository, _options, Path.GetDirectoryName(_repository.StateFile)!).RunAsync(commit, cancellationToken)
            : new BranchOutcome.Refused("The work is in no git repository.");
    }

    /// <summary>Pushes a commit to a branch of the remote the repository was cloned from, or its only one. No other remote branch is touched, none is forced.</summary>
    public async Task<PushOutcome> PushAsync(string commit, string branch, CancellationToken cancellationToken)
    {
        using var held = await _lock.AcquireAsync(cancellationToken);
        return _repository.Repository is { } repository
            ? await new Pushing(repository, _options).RunAsync(commit, branch, cancellationToken)
            : new PushOutcome.Refused("The work is in no git repository.");
    }

    /// <summary>Removes all snapshots but these, and frees what only they had.</summary>
    /// <param name="keep">The commits of the snapshots that stay; none removes even what a restore has saved.</param>
    /// <param name="cancellationToken">Ends the call; the next one goes on.</param>
    public async Task<PruneReport> PruneAsync(IReadOnlySet<string> keep, CancellationToken cancellationToken)
    {
        using var held = await _lock.AcquireAsync(cancellationToken);
        var saved = keep.Count == 0 ? [] : RestoreJournal.Read(_repository.RestoreJournal)?.Saved ?? [];
        var kept = keep.Concat(saved.Select(snapshot => snapshot.Commit)).ToHashSet();
        return await new SnapshotPruning(_repository, _refs, HasRepository ? _options.ObjectGrace : TimeSpan.Zero, _time).RunAsync(kept, cancellationToken);
    }

    public void Dispose() => _lock.Dispose();

    internal static async Task<Workspace> OpenAsync(
        TaskId task, WorkspaceFolder folder, WorkspaceRecord made, Repository? repository, WorkspaceOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder.Git);
        var @lock = new WorkspaceLock(folder.Lock, time);
        try
        {
            using var held = await @lock.AcquireAsync(cancellationToken);
            var opened = CheckpointRepository.Open(folder.Git, options, made.Root, repository, made.ObjectFormat);
            var workspace = new Workspace(task, made.Folder, made.Root == folder.Tree, opened, @lock, options, time);
            if (RestoreJournal.Read(opened.RestoreJournal) is { Commit: { } unfinished } journal)
                await new TreeRestore(opened, workspace._snapshots, time).RunAsync(unfinished, journal.Saving, cancellationToken);
            return workspace;
        }
        catch
        {
            @lock.Dispose();
            throw;
        }
    }

    private async Task<bool> IsHereAsync(string commit, CancellationToken cancellationToken) =>
        await SnapshotCommit.ReadAsync(_repository.Git, commit, cancellationToken) is not null;
}
