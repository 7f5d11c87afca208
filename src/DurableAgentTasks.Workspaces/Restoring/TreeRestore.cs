using DurableAgentTasks.Workspaces.Git;
using DurableAgentTasks.Workspaces.Snapshots;

namespace DurableAgentTasks.Workspaces.Restoring;

/// <summary>
/// Makes the work tree exactly a snapshot's:
/// <list type="number">
/// <item>The snapshot is looked for, whole, before anything is touched.</item>
/// <item>The journal says what is wanted: whoever opens the workspace after a kill finishes it.</item>
/// <item>What is on the disk is scanned. If it is the snapshot's tree, that was it.</item>
/// <item>Else it is saved as a snapshot of its own, and git brings the disk to the wanted tree. It removes and overwrites only what was
/// saved just now: ignored files and those left out stay, unless the wanted tree has a file in their place.</item>
/// <item>Again from 3: by the restored rules files may not be ignored any more. They go, saved too.</item>
/// <item>Empty folders are as they were; the journal goes.</item>
/// </list>
/// </summary>
internal sealed class TreeRestore(CheckpointRepository repository, SnapshotTaking snapshots, TimeProvider time)
{
    private const int Passes = 4;

    private readonly List<Snapshot> _saved = [];

    public async Task<RestoreOutcome> RunAsync(string commit, DateTimeOffset at, CancellationToken cancellationToken)
    {
        // 1.
        if (await SnapshotCommit.ReadAsync(repository.Git, commit, cancellationToken) is not var (tree, notes))
            return new RestoreOutcome.Refused($"There is no snapshot {commit} here.");
        var (whole, _) = await repository.Git.TryReadAsync(["rev-list", "--objects", "--quiet", commit, "--"], cancellationToken);
        if (!whole.Succeeded) return new RestoreOutcome.Refused($"The snapshot {commit} is not whole: {whole.Error.Trim()}");

        // 2.
        new RestoreJournal(commit, at).Write(repository.RestoreJournal);

        ScannedTree scanned;
        IReadOnlyList<TreeChange> differing;
        for (var pass = 1; ; pass++)
        {
            // 3.
            scanned = await snapshots.ScanAsync(cancellationToken);
            differing = (await TreeChanges.ReadAsync(repository.TreeGit, tree, scanned.Tree, cancellationToken)).Files;
            if (differing.Count == 0 || pass == Passes || (pass > 1 && differing.All(change => change.IsNested))) break;

            // 4.
            var head = await snapshots.HeadAsync(cancellationToken);
            _saved.Add(await snapshots.RecordAsync(scanned, head, new SnapshotRequest(at), time.GetTimestamp(), cancellationToken));
            repository.ForgetFolders();
            await repository.Git.ReadAsync(["read-tree", "--reset", "-u", tree], cancellationToken);

            // 5.
        }

        // 6.
        EmptyFolders.Restore(repository.Root, scanned.EmptyFolders, notes.EmptyFolders);
        await CompareWithAsync(scanned, cancellationToken);
        File.Delete(repository.RestoreJournal);
        return new RestoreOutcome.Restored(_saved, [.. differing.Select(change => change.Path.ToString())]);
    }

    /// <summary>The next snapshot lists what has changed since the restore, not what the restore did.</summary>
    private async Task CompareWithAsync(ScannedTree scanned, CancellationToken cancellationToken)
    {
        var state = SnapshotState.Read(repository.StateFile);
        var nested = state.Tree is null
            ? state.Nested
            : state.NestedAfter(await TreeChanges.ReadAsync(repository.TreeGit, state.Tree, scanned.Tree, cancellationToken));
        (state with { Tree = scanned.Tree, IgnoreStamp = scanned.IgnoreStamp, Nested = nested }).Write(repository.StateFile);
    }
}
