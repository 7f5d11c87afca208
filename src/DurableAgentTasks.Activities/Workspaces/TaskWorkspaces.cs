using System.Collections.Concurrent;
using DurableAgentTasks.Activities.Queue;
using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Checkpoints;
using DurableAgentTasks.Storage.Tasks;
using DurableAgentTasks.Workspaces;
using DurableAgentTasks.Workspaces.Preparation;

namespace DurableAgentTasks.Activities.Workspaces;

/// <summary>
/// The work trees of tasks on this host: a folder of the user's that is used in place, or a worktree or clone of ours in
/// <c>workspaces</c> of the data folder. Of a folder in place nothing is opened, nor git needed, until a checkpoint is taken.
/// </summary>
public sealed class TaskWorkspaces(WorkspaceOptions options, StepRuns runs, TreeHolders holders, TimeProvider time)
{
    private readonly ConcurrentDictionary<TaskId, SemaphoreSlim> _alone = [];
    private readonly WorkspaceRoots _roots = new(options.Roots);
    private readonly Lazy<TreeHolder> _here = new(() => new TreeHolder(HostId.Of(runs.DataPath), Environment.MachineName));

    /// <summary>This host as the holder of a tree.</summary>
    public TreeHolder Here => _here.Value;

    private string DataFolder => Path.Combine(runs.DataPath, "workspaces");

    /// <summary>Waits until nobody else in this process works on the tree of the task, but its steps; until what is returned is disposed.</summary>
    public async Task<IDisposable> AloneAsync(TaskId task, CancellationToken cancellationToken)
    {
        var turn = _alone.GetOrAdd(task, static _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellationToken);
        return new Turn(turn);
    }

    /// <summary>A folder of ours for a task, which goes with it.</summary>
    public string ScratchOf(TaskId task) => Path.Combine(DataFolder, task.Value);

    /// <summary>The tasks for which this host has made something.</summary>
    public IEnumerable<TaskId> Made() => TaskFolders.In(DataFolder);

    /// <summary>Where the steps of a task run; <see langword="null"/> if it is not there.</summary>
    public string? FolderOf(TaskRecord record) =>
        record.Request.Workspace is { Path: { } path, Isolation: not WorkspaceIsolation.Worktree }
            ? Directory.Exists(path) ? path : null
            : Workspace.FolderOf(record.Id, DataFolder);

    /// <summary>Whether the tree of a task is here, as it is now.</summary>
    /// <param name="record">The task.</param>
    /// <param name="holder">As it is stored.</param>
    public bool IsHere(TaskRecord record, TreeHolder? holder)
    {
        if (FolderOf(record) is not { } folder) return false;
        if (holder?.Host == Here.Host) return true;

        // A folder in place is not of this data folder: it is also there for another one on this machine, or where several share it.
        return record.Request.Workspace is { Path: not null, Isolation: not WorkspaceIsolation.Worktree }
            && (holder is null || holder.Machine == Here.Machine || _roots.AreNamed && _roots.Hold(CanonicalPath.Of(folder)));
    }

    /// <summary>Who holds the tree of the task.</summary>
    public Task<Stored<TreeHolder>?> HolderOfAsync(TaskId task, CancellationToken cancellationToken) => holders.ReadAsync(task, cancellationToken);

    /// <returns><see langword="false"/> if another host has become the holder meanwhile.</returns>
    public Task<bool> TryHoldAsync(TaskId task, TreeHolder holder, Stored<TreeHolder>? before, CancellationToken cancellationToken) =>
        holders.TryWriteAsync(task, holder with { Host = Here.Host, Machine = Here.Machine }, before, cancellationToken);

    /// <summary>Notes something about the tree while this host holds it; several may note at the same time.</summary>
    public async Task NoteAsync(TaskId task, Func<TreeHolder, TreeHolder> change, CancellationToken cancellationToken)
    {
        while (await HolderOfAsync(task, cancellationToken) is { } stored && stored.Value.Host == Here.Host)
        {
            if (await TryHoldAsync(task, change(stored.Value), stored, cancellationToken)) return;
        }
    }

    /// <summary>Opens the workspace, and makes it if it is not there.</summary>
    /// <param name="record">The task.</param>
    /// <param name="filledFrom">The commit of the checkpoint it is to be filled from: then a folder that is not there is made, and a repository that cannot be cloned does not matter.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="IOException">git could not be run, or failed.</exception>
    public async Task<PrepareOutcome> OpenAsync(TaskRecord record, string? filledFrom, CancellationToken cancellationToken)
    {
        var source = SourceOf(record.Request.Workspace) with { FilledFrom = filledFrom };
        if (filledFrom is not null && source is WorkspaceSource.InPlace(var path)) Directory.CreateDirectory(path);
        var prepared = await PrepareAsync(record.Id, source, cancellationToken);
        return prepared is PrepareOutcome.Refused && filledFrom is not null && source is not WorkspaceSource.InPlace
            ? await PrepareAsync(record.Id, new WorkspaceSource.Empty { FilledFrom = filledFrom }, cancellationToken)
            : prepared;
    }

    /// <summary>The workspace that was made; <see langword="null"/> if none was, or it is gone.</summary>
    public Task<Workspace?> FindAsync(TaskId task, CancellationToken cancellationToken) => Workspace.FindAsync(task, DataFolder, options, time, cancellationToken);

    /// <summary>Removes what was made for a task: its checkpoints' refs and objects, its worktree or clone; never the user's folder.</summary>
    public async Task DeleteAsync(TaskId task, CancellationToken cancellationToken)
    {
        using var alone = await AloneAsync(task, cancellationToken);
        await Workspace.DeleteAsync(task, DataFolder, options, time, cancellationToken);
    }

    private Task<PrepareOutcome> PrepareAsync(TaskId task, WorkspaceSource source, CancellationToken cancellationToken) =>
        Workspace.PrepareAsync(task, source, DataFolder, options, time, cancellationToken);

    private static WorkspaceSource SourceOf(WorkspaceRequest request) => request switch
    {
        { Repository: { } repository } => new WorkspaceSource.Cloned(repository, request.Ref),
        { Isolation: WorkspaceIsolation.Worktree } => new WorkspaceSource.Worktree(request.Path!),
        _ => new WorkspaceSource.InPlace(request.Path!),
    };

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
