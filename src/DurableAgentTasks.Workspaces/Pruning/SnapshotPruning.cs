using System.Text;
using DurableAgentTasks.Workspaces.Git;
using DurableAgentTasks.Workspaces.Snapshots;

namespace DurableAgentTasks.Workspaces.Pruning;

/// <summary>
/// Frees snapshots, in a repository that others use at the same time. Only objects that were of our snapshots, that git itself says
/// nothing reaches (no ref, reflog, index or other work tree), and that nobody wrote anew within the grace are removed: what the user
/// has lost and may still want back is not ours to collect.
/// <list type="number">
/// <item>What the snapshots held is written down, before their refs go.</item>
/// <item>The refs go, all at once.</item>
/// <item>git lists what is unreachable; of that, what is on our list goes.</item>
/// <item>What is too young stays on the list.</item>
/// </list>
/// Killed anywhere, the next pruning goes on with the list.
/// </summary>
internal sealed class SnapshotPruning(CheckpointRepository repository, SnapshotRefs refs, TimeSpan grace, TimeProvider time)
{
    private readonly Garbage _garbage = new(repository);

    public async Task<PruneReport> RunAsync(IReadOnlySet<string> keep, CancellationToken cancellationToken)
    {
        // 1.
        var all = await refs.ListAsync(cancellationToken);
        var doomed = all.Where(entry => !keep.Contains(entry.Commit)).ToList();
        var garbage = doomed.Count == 0 ? _garbage.Read()
            : await _garbage.AddAsync(doomed.Select(entry => entry.Commit), all.Except(doomed).Select(entry => entry.Commit), cancellationToken);

        // 2.
        if (doomed.Count > 0) await refs.DeleteAsync(doomed.Select(entry => entry.Number), cancellationToken);

        // 3.
        garbage.RemoveWhere(id => !File.Exists(LooseFile(id)));
        var (objects, bytes) = garbage.Count == 0 ? default : await FreeAsync(garbage, cancellationToken);

        // 4.
        _garbage.Write(garbage);
        return new PruneReport([.. doomed.Select(entry => entry.Number)], objects, bytes, garbage.Count);
    }

    private async Task<(int Objects, long Bytes)> FreeAsync(HashSet<string> garbage, CancellationToken cancellationToken)
    {
        var young = time.GetUtcNow() - grace;
        var (exit, output) = await UnreachableAsync(cancellationToken);

        // A snapshot that is kept may have lost an object, without which git cannot say what is unreachable.
        if (!exit.Succeeded && await new LostSnapshots(repository, refs).ForgetAsync(cancellationToken))
        {
            repository.DropIndex();
            garbage.UnionWith(_garbage.Read());
            (exit, output) = await UnreachableAsync(cancellationToken);
        }

        // Nor of a repository that has lost something itself: all waits until it is whole.
        if (!exit.Succeeded) return default;
        var unreachable = Encoding.UTF8.GetString(output.Span).Split('\n').Select(line => line.Split(' ')[0]).Where(ObjectId.IsValid).ToHashSet();

        // In a plain folder all objects are ours.
        if (repository.Repository is null) garbage.UnionWith(unreachable);
        var (objects, bytes) = (0, 0L);
        foreach (var id in unreachable.Where(garbage.Contains))
        {
            // git writes an object it has already only by its time: this look is the last moment to see that.
            var file = new FileInfo(LooseFile(id));
            if (!file.Exists || file.LastWriteTimeUtc > young.UtcDateTime) continue;
            bytes += file.Length;
            objects++;
            file.IsReadOnly = false;
            file.Delete();
            garbage.Remove(id);
        }

        // What is left and not unreachable is in use again: it is no garbage.
        garbage.IntersectWith(unreachable);
        return (objects, bytes);
    }

    /// <summary>What our index has is in use too, though the repository does not know of it.</summary>
    private async Task<(GitExit Exit, ReadOnlyMemory<byte> Output)> UnreachableAsync(CancellationToken cancellationToken)
    {
        string[] inUse = File.Exists(repository.Index) ? [await repository.Git.ReadLineAsync(["write-tree", "--missing-ok"], cancellationToken)] : [];
        return await repository.RefGit.TryReadAsync(["prune", "--dry-run", "--expire=now", "--", .. inUse], cancellationToken);
    }

    private string LooseFile(string id) => Path.Combine(repository.Objects, id[..2], id[2..]);
}
