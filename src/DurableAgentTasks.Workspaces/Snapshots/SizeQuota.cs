using DurableAgentTasks.Workspaces.Git;

namespace DurableAgentTasks.Workspaces.Snapshots;

/// <summary>
/// How much one scan takes in anew. The smallest files come first, so that as many as possible are in; what the repository has already
/// counts nothing, though that is looked at only if there is no room for all.
/// </summary>
internal sealed class SizeQuota(CheckpointRepository repository, long most)
{
    private long _room = most;

    /// <returns>The files that there is no room for.</returns>
    public async Task<IReadOnlyList<SizedFile>> TakeAsync(IReadOnlyList<SizedFile> files, CancellationToken cancellationToken)
    {
        var all = files.Sum(file => file.Length);
        if (all <= _room)
        {
            _room -= all;
            return [];
        }

        var over = new List<SizedFile>();
        foreach (var file in (await NewAsync(files, cancellationToken)).OrderBy(file => file.Length).ThenBy(file => file.Path))
        {
            if (file.Length > _room) over.Add(file);
            else _room -= file.Length;
        }

        return over;
    }

    /// <summary>Those whose content the repository does not have.</summary>
    private async Task<IEnumerable<SizedFile>> NewAsync(IReadOnlyList<SizedFile> files, CancellationToken cancellationToken)
    {
        var blobs = new Dictionary<GitPath, string>();
        foreach (var path in files.Select(file => file.Path).Where(path => path.IsUtf8))
        {
            var hashed = await ContentHashes.HashFileAsync(Path.Combine(repository.Root, path.ToPlainString()), repository.Algorithm, cancellationToken);
            if (hashed is var (blob, _)) blobs[path] = blob;
        }

        var here = await Contents.HereAsync(repository.Git, blobs.Values.ToHashSet(), cancellationToken);
        return files.Where(file => !blobs.TryGetValue(file.Path, out var blob) || !here.Contains(blob));
    }
}

/// <param name="Path">In the work tree.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct SizedFile(GitPath Path, long Length);
