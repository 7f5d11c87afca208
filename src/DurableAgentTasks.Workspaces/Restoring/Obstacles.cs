using System.Text;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Workspaces.Git;
using DurableAgentTasks.Workspaces.Snapshots;

namespace DurableAgentTasks.Workspaces.Restoring;

/// <summary>
/// What stands where a wanted tree has a file, and is in no snapshot: it is ignored, or was left out. git would overwrite it. It is moved
/// aside: the next scan finds it by its new name, so that it is saved and goes, or it stays there if it cannot be saved.
/// </summary>
internal sealed class Obstacles(CheckpointRepository repository)
{
    private const int LongestName = 200;

    private readonly List<(GitPath From, GitPath To)> _moved = [];
    private readonly PathProbe _probe = new(repository.Root);

    /// <summary>What was moved and is still there, for people.</summary>
    public IReadOnlyList<string> Left =>
        [.. _moved.Where(move => _probe.Look(move.To).Kind != PathKind.Missing).Select(move => $"{move.From} -> {move.To}")];

    /// <param name="differing">How what was scanned and saved differs from the wanted tree.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="IOException">Something cannot be moved.</exception>
    public async Task MoveAsideAsync(IReadOnlyList<TreeChange> differing, CancellationToken cancellationToken)
    {
        var saved = differing.Where(change => change is { Type: not FileChange.Deleted, IsNested: false }).Select(change => change.Path).ToHashSet();
        var (files, folders) = (new HashSet<GitPath>(), new HashSet<GitPath>());
        foreach (var change in differing)
        {
            // A file is wanted where there is none, or a repository, of which only the commit was noted.
            if (change.WasNested || !(change.Type == FileChange.Deleted || change is { Type: FileChange.Modified, IsNested: true })) continue;
            if (Standing(change.Path) is not var (path, kind) || saved.Contains(path)) continue;
            (kind == PathKind.Folder ? folders : files).Add(path);
        }

        foreach (var path in files.Concat(await HavingMoreAsync(folders, cancellationToken)))
        {
            var aside = Aside(path);
            _probe.Move(path, aside);
            _moved.Add((path, aside));
        }
    }

    /// <summary>Where it was, in the place of what came there.</summary>
    /// <returns>Whether all of it is back.</returns>
    public bool TryMoveBack()
    {
        _moved.RemoveAll(move =>
        {
            try
            {
                _probe.Move(move.To, move.From);
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        });
        return _moved.Count == 0;
    }

    /// <summary>What is at a path, or at one above where a folder would have to be; <see langword="null"/>: nothing.</summary>
    private (GitPath Path, PathKind Kind)? Standing(GitPath path)
    {
        for (var end = path.Span.IndexOf((byte)'/'); end >= 0;)
        {
            var above = new GitPath(path.Bytes[..end]);
            var kind = _probe.Look(above).Kind;
            if (kind != PathKind.Folder) return kind == PathKind.Missing ? null : (above, kind);
            var next = path.Span[(end + 1)..].IndexOf((byte)'/');
            end = next < 0 ? -1 : end + 1 + next;
        }

        var standing = _probe.Look(path).Kind;
        return standing == PathKind.Missing ? null : (path, standing);
    }

    /// <summary>The folders in which there is more than what was saved.</summary>
    private async Task<IEnumerable<GitPath>> HavingMoreAsync(HashSet<GitPath> folders, CancellationToken cancellationToken)
    {
        if (folders.Count == 0) return [];
        var (_, within) = await WorkTreeListing.ReadWithinAsync(repository, folders, ignoredToo: true, cancellationToken);
        var others = NulList.Paths(within).ToList();
        return folders.Where(folder => Path.Exists(Path.Combine(repository.Root, folder.ToPlainString(), ".git")) || others.Exists(other => other.IsWithin(folder)));
    }

    private GitPath Aside(GitPath path)
    {
        var parent = path.Bytes[..(path.Span.LastIndexOf((byte)'/') + 1)];
        for (var number = 1; ; number++)
        {
            var aside = new GitPath((byte[])[.. parent.Span, .. path.Name[..Math.Min(path.Name.Length, LongestName)], .. Encoding.ASCII.GetBytes($".kept-{number}")]);
            if (_probe.Look(aside).Kind == PathKind.Missing) return aside;
        }
    }
}
