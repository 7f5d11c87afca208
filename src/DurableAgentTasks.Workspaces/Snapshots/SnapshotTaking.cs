using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workspaces.Git;
using DurableAgentTasks.Workspaces.Pruning;

namespace DurableAgentTasks.Workspaces.Snapshots;

/// <summary>Takes snapshots of a work tree; the caller holds its lock.</summary>
internal sealed class SnapshotTaking(CheckpointRepository repository, TaskId task, WorkspaceOptions options, TimeProvider time)
{
    private readonly SnapshotRefs _refs = new(repository, task);

    /// <summary>What is on the disk; the index is rebuilt if it is damaged.</summary>
    public async Task<ScannedTree> ScanAsync(CancellationToken cancellationToken)
    {
        var known = SnapshotState.Read(repository.StateFile).IgnoreStamp;
        try
        {
            return await new WorkTreeScan(repository, options).RunAsync(known, cancellationToken);
        }
        catch (GitException) when (File.Exists(repository.Index))
        {
            // A damaged index, or one whose objects are gone, would fail for ever; what is really broken fails again.
            repository.DropIndex();
            return await new WorkTreeScan(repository, options).RunAsync(knownIgnoreStamp: null, cancellationToken);
        }
    }

    public async Task<Snapshot> TakeAsync(SnapshotRequest request, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        await using var writers = Writers.Start(repository, _refs, cancellationToken);
        var head = HeadAsync(cancellationToken);
        var scanned = await ScanAsync(cancellationToken);
        try
        {
            return await RecordAsync(writers, scanned, await head, request, started, cancellationToken);
        }
        catch (GitException)
        {
            // An object may be gone that the index says is stored: the next one stores all anew, and does not fail for ever.
            repository.DropIndex();
            await new LostSnapshots(repository, _refs).ForgetAsync(cancellationToken);
            throw;
        }
    }

    /// <summary>Makes a snapshot of a scanned tree.</summary>
    public async Task<Snapshot> RecordAsync(ScannedTree scanned, string? head, SnapshotRequest request, long started, CancellationToken cancellationToken)
    {
        await using var writers = Writers.Start(repository, _refs, cancellationToken);
        return await RecordAsync(writers, scanned, head, request, started, cancellationToken);
    }

    private async Task<Snapshot> RecordAsync(
        Writers writers, ScannedTree scanned, string? head, SnapshotRequest request, long started, CancellationToken cancellationToken)
    {
        var state = SnapshotState.Read(repository.StateFile);
        var since = state.Number > request.After ? state.Since : state.Tree;
        var changing = ChangesAsync(writers.Changes, since, head, scanned.Tree, cancellationToken);
        var (number, commit) = await CommitAsync(writers, Math.Max(state.Number, request.After ?? 0) + 1, scanned, head, request.At, cancellationToken);
        var (changes, files) = await changing;
        var nestedPaths = state.Tree is null || since != state.Tree
            ? SnapshotState.Encode(await NestedRepositories.InIndexAsync(repository, cancellationToken))
            : state.NestedAfter(changes);
        var after = new SnapshotState(number, scanned.Tree, since, scanned.IgnoreStamp, nestedPaths);
        after.Write(repository.StateFile);
        var nested = await NestedRepositories.ReadAsync(repository, after.NestedPaths(), cancellationToken);
        return new Snapshot
        {
            Number = number,
            Commit = commit,
            Tree = scanned.Tree,
            Ref = _refs.Name(number),
            Head = head,
            Files = files,
            FilesChanged = changes.Files.Count,
            LinesChanged = changes.Lines,
            LeftOut = [.. scanned.LeftOut, .. EmptyFolders.LeftOut(scanned.EmptyFolders)],
            Nested = nested,
            EmptyFolders = [.. scanned.EmptyFolders.Take(EmptyFolders.Limit)],
            Duration = time.GetElapsedTime(started),
        };
    }

    public async Task<string?> HeadAsync(CancellationToken cancellationToken) =>
        repository.Repository is { } theirs ? await theirs.ReadHeadAsync(repository.RefGit, cancellationToken) : null;

    /// <summary>What a snapshot (or the tree as it is) has come from: the <c>HEAD</c> of its time if that is here, else the empty tree.</summary>
    public async Task<string> BeginOfAsync(string? commit, CancellationToken cancellationToken)
    {
        var head = commit is null
            ? await HeadAsync(cancellationToken)
            : (await SnapshotCommit.ReadAsync(repository.Git, commit, cancellationToken))?.Notes.Head;
        return await TreeOfHeadAsync(head, cancellationToken) ?? await EmptyTreeAsync(cancellationToken);
    }

    /// <summary><see langword="null"/> if it is not here.</summary>
    private async Task<string?> TreeOfHeadAsync(string? head, CancellationToken cancellationToken) =>
        head is not null && ObjectId.IsValid(head) && (await repository.Git.TryReadAsync(["cat-file", "-e", $"{head}^{{tree}}"], cancellationToken)).Exit.Succeeded
            ? await HeadTree.TreeOfAsync(repository, head, cancellationToken)
            : null;

    private Task<string> EmptyTreeAsync(CancellationToken cancellationToken) =>
        repository.Git.ReadLineAsync(["hash-object", "-t", "tree", "-w", "--stdin"], cancellationToken);

    private async Task<(int Number, string Commit)> CommitAsync(
        Writers writers, int number, ScannedTree scanned, string? head, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var notes = SnapshotNotes.Of(head, scanned);
        var commit = SnapshotCommit.Write(repository, task, number, scanned.Tree, at, notes);
        if (await _refs.TryCreateAsync(writers.Ref, number, commit, cancellationToken)) return (number, commit);

        // The state is behind: this life lost it, or another was killed before it was written.
        var next = (await _refs.ListAsync(cancellationToken))[^1].Number + 1;
        await using var again = Writers.Start(repository, _refs, cancellationToken);
        return await CommitAsync(again, next, scanned, head, at, cancellationToken);
    }

    private async Task<(TreeChanges Changes, IReadOnlyList<ChangedFile> Files)> ChangesAsync(
        WaitingGit reader, string? since, string? head, string to, CancellationToken cancellationToken)
    {
        var changes = await SinceFirstThereAsync(reader, since, head, to, cancellationToken);
        var listed = changes.Files.Take(options.MaxListedFiles).ToList();
        var contents = listed.Where(change => change is { Type: not FileChange.Deleted, IsNested: false });
        var hashes = await ContentHashes.ReadAsync(repository, contents, cancellationToken);
        return (changes, [.. listed.Select(change => new ChangedFile(change.Path.ToString(), change.Type, hashes.GetValueOrDefault(change.Blob)))]);
    }

    /// <summary>Trees of pruned snapshots, and commits of a repository that was fetched in part, may be gone. The empty tree is not.</summary>
    private async Task<TreeChanges> SinceFirstThereAsync(WaitingGit reader, string? since, string? head, string to, CancellationToken cancellationToken)
    {
        if (since is not null && await TreeChanges.TryReadAsync(reader, since, to) is { } changes) return changes;
        return await TreeOfHeadAsync(head, cancellationToken) is { } begin && await TreeChanges.TryReadAsync(repository.TreeGit, begin, to, cancellationToken) is { } sinceHead
            ? sinceHead
            : await TreeChanges.ReadAsync(repository.TreeGit, await EmptyTreeAsync(cancellationToken), to, cancellationToken);
    }

    /// <summary>What records a snapshot, started while the tree is scanned: a git takes longer to start than to do its part here.</summary>
    private sealed record Writers(WaitingGit Changes, WaitingGit Ref) : IAsyncDisposable
    {
        public static Writers Start(CheckpointRepository repository, SnapshotRefs refs, CancellationToken cancellationToken) => new(
            TreeChanges.Reader(repository.TreeGit, cancellationToken).Start(),
            refs.Writer(cancellationToken).Start());

        public async ValueTask DisposeAsync()
        {
            await Changes.DisposeAsync();
            await Ref.DisposeAsync();
        }
    }
}
