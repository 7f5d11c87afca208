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
    public async Task<PruneReport> RunAsync(IReadOnlySet<string> keep, CancellationToken cancellationToken)
    {
        // 1.
        var all = await refs.ListAsync(cancellationToken);
        var doomed = all.Where(entry => !keep.Contains(entry.Commit)).ToList();
        var garbage = ReadGarbage();
        if (doomed.Count > 0)
        {
            garbage.UnionWith(await ObjectsAsync(doomed.Select(entry => entry.Commit), all.Except(doomed).Select(entry => entry.Commit), cancellationToken));
            WriteGarbage(garbage);

            // 2.
            await refs.DeleteAsync(doomed.Select(entry => entry.Number), cancellationToken);
        }

        // 3.
        garbage.RemoveWhere(id => !File.Exists(LooseFile(id)));
        var (objects, bytes) = garbage.Count == 0 ? default : await FreeAsync(garbage, cancellationToken);

        // 4.
        WriteGarbage(garbage);
        return new PruneReport([.. doomed.Select(entry => entry.Number)], objects, bytes, garbage.Count);
    }

    /// <summary>At least what only these have; what others have too is found out by git later. What is lost already needs no freeing.</summary>
    private async Task<IEnumerable<string>> ObjectsAsync(IEnumerable<string> commits, IEnumerable<string> kept, CancellationToken cancellationToken)
    {
        var input = string.Concat(commits.Select(commit => $"{commit}\n")) + string.Concat(kept.Select(commit => $"^{commit}\n"));
        var output = await repository.Git.ReadAsync(
            ["rev-list", "--objects", "--no-object-names", "--missing=allow-any", "--ignore-missing", "--stdin"], cancellationToken, Encoding.ASCII.GetBytes(input));
        return Encoding.ASCII.GetString(output.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private async Task<(int Objects, long Bytes)> FreeAsync(HashSet<string> garbage, CancellationToken cancellationToken)
    {
        // What our index has is in use too, though the repository does not know of it.
        var young = time.GetUtcNow() - grace;
        string[] inUse = File.Exists(repository.Index) ? [await repository.Git.ReadLineAsync(["write-tree", "--missing-ok"], cancellationToken)] : [];
        var (exit, output) = await repository.RefGit.TryReadAsync(["prune", "--dry-run", "--expire=now", "--", .. inUse], cancellationToken);

        // In a repository that has lost objects git cannot say what is unreachable: all waits until it is whole.
        if (!exit.Succeeded) return default;
        var (objects, bytes) = (0, 0L);
        foreach (var line in Encoding.UTF8.GetString(output.Span).Split('\n'))
        {
            var id = line.Split(' ')[0];
            if (!garbage.Contains(id)) continue;

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
        var unreachable = Encoding.UTF8.GetString(output.Span).Split('\n').Select(line => line.Split(' ')[0]).ToHashSet();
        garbage.IntersectWith(unreachable);
        return (objects, bytes);
    }

    private string LooseFile(string id) => Path.Combine(repository.Objects, id[..2], id[2..]);

    private HashSet<string> ReadGarbage() =>
        File.Exists(repository.Garbage) ? [.. File.ReadAllLines(repository.Garbage).Where(ObjectId.IsValid)] : [];

    private void WriteGarbage(HashSet<string> garbage)
    {
        if (garbage.Count > 0) AtomicFile.Write(repository.Garbage, Encoding.ASCII.GetBytes(string.Join('\n', garbage)));
        else File.Delete(repository.Garbage);
    }
}
