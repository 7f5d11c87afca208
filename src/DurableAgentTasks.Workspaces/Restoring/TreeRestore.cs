using System.Text.RegularExpressions;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Workspaces.Git;
using DurableAgentTasks.Workspaces.Snapshots;

namespace DurableAgentTasks.Workspaces.Restoring;

/// <summary>
/// Makes the work tree exactly a snapshot's:
/// <list type="number">
/// <item>The snapshot is looked for, whole, before anything is touched.</item>
/// <item>The journal says what is wanted: whoever opens the workspace after a kill finishes it.</item>
/// <item>What is on the disk is scanned. If it is the snapshot's tree, that was it.</item>
/// <item>Else it is saved as a snapshot of its own. What stands in the way and is in none, being ignored or left out, is moved aside.</item>
/// <item>git brings the disk to the wanted tree. It removes and overwrites only what was saved just now: if a file was written meanwhile it
/// touches nothing, and all is looked at again. What the snapshot had left out it leaves alone: that was there, whatever it was.</item>
/// <item>Again from 3: by the restored rules files may not be ignored any more. They go, saved too.</item>
/// <item>Empty folders are as they were; the journal says that it is over.</item>
/// </list>
/// If it fails on the way, such as on a full disk, the tree is brought back to what it was, where this life of it has written anything: what it has
/// not written over may be somebody's work of since.
/// </summary>
internal sealed partial class TreeRestore(CheckpointRepository repository, SnapshotTaking snapshots, TimeProvider time)
{
    private const int Passes = 5;

    /// <summary>Somebody who writes the same files again and again is not waited for longer.</summary>
    private const int CarefulPasses = 2;

    private readonly Obstacles _obstacles = new(repository);
    private RestoreJournal _journal = null!;
    private bool _hasWritten;

    public async Task<RestoreOutcome> RunAsync(string commit, SnapshotRequest saving, CancellationToken cancellationToken)
    {
        // 1.
        var left = RestoreJournal.Read(repository.RestoreJournal);
        if (await SnapshotCommit.ReadAsync(repository.Git, commit, cancellationToken) is not var (tree, notes)) return Refuse(left, $"There is no snapshot {commit} here.");
        if (await SnapshotCommit.FindLossAsync(repository.Git, commit, cancellationToken) is { } lost) return Refuse(left, $"The snapshot {commit} is not whole: {lost.Error.Trim()}");

        // 2.
        Note(new RestoreJournal(commit, saving, left?.Before, left?.Saved ?? []));
        try
        {
            return await BringAsync(tree, notes, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var undone = _hasWritten ? await TryUndoAsync(tree, cancellationToken) : _obstacles.TryMoveBack() && left?.Before is null;
            _journal.Close(repository.RestoreJournal);
            throw new GitException(undone ? $"The tree is as it was: {e.Message}" : $"The tree may be half restored, and cannot be brought back{WhereBeforeIs()}: {e.Message}", e);
        }
    }

    private RestoreOutcome.Refused Refuse(RestoreJournal? left, string reason)
    {
        left?.Close(repository.RestoreJournal);
        return new RestoreOutcome.Refused(reason);
    }

    private async Task<RestoreOutcome> BringAsync(string tree, SnapshotNotes notes, CancellationToken cancellationToken)
    {
        ScannedTree scanned;
        IReadOnlyList<TreeChange> differing;
        var leftOut = (notes.LeftOut ?? []).ToHashSet();
        for (var pass = 1; ; pass++)
        {
            // 3.
            (scanned, var all) = await CompareAsync(tree, cancellationToken);
            var staying = all.Where(change => change.Type == FileChange.Created && IsOf(leftOut, change.Path)).Select(change => change.Path).ToHashSet();
            differing = [.. all.Where(change => !staying.Contains(change.Path))];
            if (differing.Count == 0 || pass == Passes || (pass > 1 && differing.All(change => change.IsNested))) break;

            // 4.
            if (!ObjectId.IsEmptyTree(scanned.Tree)) await SaveAsync(scanned, cancellationToken);
            Note(_journal with { Before = _journal.Before ?? scanned.Tree });
            await ForgetAsync(staying, cancellationToken);
            var known = await repository.WriteTreeAsync(cancellationToken);

            // Just before git writes: what is ignored it would overwrite.
            await _obstacles.MoveAsideAsync(differing, cancellationToken);

            // 5.
            if (pass <= CarefulPasses) await TryWriteAsync(known, tree, cancellationToken);
            else await WriteAsync(tree, cancellationToken);

            // 6.
        }

        // 7.
        EmptyFolders.Restore(repository.Root, scanned.EmptyFolders, notes.EmptyFolders);
        await CompareWithAsync(scanned, cancellationToken);
        _journal.Close(repository.RestoreJournal);
        return new RestoreOutcome.Restored(_journal.Saved, [.. differing.Select(change => change.Path.ToString())], _obstacles.Left);
    }

    private async Task SaveAsync(ScannedTree scanned, CancellationToken cancellationToken)
    {
        var head = await snapshots.HeadAsync(cancellationToken);
        var saved = await snapshots.RecordAsync(scanned, head, _journal.Saving, time.GetTimestamp(), cancellationToken);
        Note(_journal with { Saved = [.. _journal.Saved, saved] });
    }

    /// <returns>Whether the tree is as it was.</returns>
    private async Task<bool> TryUndoAsync(string wanted, CancellationToken cancellationToken)
    {
        if (_journal.Before is not { } before) return true;
        try
        {
            // As if all of it had been written: what is in neither of the two trees stays.
            await repository.WriteIndexAsync(["read-tree", "--reset", wanted], cancellationToken);
            await WriteAsync(before, cancellationToken);
            return _obstacles.TryMoveBack() && (await CompareAsync(before, cancellationToken)).Differing.Count == 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private async Task<(ScannedTree Scanned, IReadOnlyList<TreeChange> Differing)> CompareAsync(string tree, CancellationToken cancellationToken)
    {
        var scanned = await snapshots.ScanAsync(cancellationToken);
        return (scanned, (await TreeChanges.ReadAsync(repository.TreeGit, tree, scanned.Tree, cancellationToken)).Files);
    }

    /// <summary>What git does not know of it does not remove.</summary>
    private async Task ForgetAsync(HashSet<GitPath> staying, CancellationToken cancellationToken)
    {
        repository.ForgetFolders();
        if (staying.Count > 0) await repository.WriteIndexAsync(["update-index", "--force-remove", "-z", "--stdin"], cancellationToken, NulList.Join(staying));
    }

    /// <summary>Writes a tree over the one that is known; where that is not on the disk any more, nothing.</summary>
    private async Task TryWriteAsync(string known, string tree, CancellationToken cancellationToken)
    {
        var (exit, _) = await repository.Git.TryReadAsync(["read-tree", "-m", "-u", known, tree], cancellationToken);
        if (!exit.Succeeded && WasWritten().IsMatch(exit.Error)) return;
        _hasWritten = true;
        exit.ThrowIfFailed();
    }

    /// <summary>Writes a tree over whatever there is.</summary>
    private async Task WriteAsync(string tree, CancellationToken cancellationToken)
    {
        _hasWritten = true;
        repository.ForgetFolders();
        await repository.Git.ReadAsync(["read-tree", "--reset", "-u", tree], cancellationToken);
    }

    /// <summary>A file that was left out, or one below a folder that was.</summary>
    private static bool IsOf(HashSet<string> leftOut, GitPath path)
    {
        if (leftOut.Count == 0) return false;
        for (var end = path.Span.Length; end > 0; end = path.Span[..end].LastIndexOf((byte)'/'))
        {
            if (leftOut.Contains(new GitPath(path.Bytes[..end]).ToString())) return true;
        }

        return false;
    }

    private string WhereBeforeIs() =>
        _journal.Saved.LastOrDefault(snapshot => snapshot.Tree == _journal.Before) is { } saved ? $" (what was there is in {saved.Ref})" : "";

    private void Note(RestoreJournal journal)
    {
        _journal = journal;
        journal.Write(repository.RestoreJournal);
    }

    /// <summary>The next snapshot lists what has changed since the restore, not what the restore did.</summary>
    private async Task CompareWithAsync(ScannedTree scanned, CancellationToken cancellationToken)
    {
        var state = SnapshotState.Read(repository.StateFile);
        var nested = state.Tree is null
            ? state.Nested
            : state.NestedAfter(await TreeChanges.ReadAsync(repository.TreeGit, state.Tree, scanned.Tree, cancellationToken));
        (state with { Tree = scanned.Tree, Since = scanned.Tree, IgnoreStamp = scanned.IgnoreStamp, Nested = nested }).Write(repository.StateFile);
    }

    /// <summary>git looks at all files first, and says so before it touches any.</summary>
    [GeneratedRegex(@"Cannot merge\.|would be (overwritten|removed) by merge|would lose untracked files", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex WasWritten();
}
