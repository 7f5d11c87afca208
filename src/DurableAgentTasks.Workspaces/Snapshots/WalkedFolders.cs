using System.Buffers;
using System.Text;
using DurableAgentTasks.Workspaces.Git;

namespace DurableAgentTasks.Workspaces.Snapshots;

/// <summary>
/// Which folders of the work tree need not be walked again, because nothing was added to them since the scan before:
/// <list type="number">
/// <item>Their times are looked at before the walk, so that what comes during it is seen by the next scan.</item>
/// <item>Only folders whose time is another are walked, and places that are listed by every walk: folders without a file in the index, and what was left out.</item>
/// <item>What was walked is kept. A time that is too new for that is not: the clock of a file system ticks slowly.</item>
/// </list>
/// Lost, it costs time only.
/// </summary>
internal sealed class WalkedFolders
{
    /// <summary>More are not worth it, nor do they fit on a command line.</summary>
    private const int MostPlaces = 200;

    private readonly CheckpointRepository _repository;
    private readonly bool _areKnown;
    private readonly long _trustedBefore;
    private readonly Dictionary<GitPath, (long Folder, long Rules)> _now = [];
    private readonly byte[] _stored;
    private bool _isIncomplete;

    private WalkedFolders(CheckpointRepository repository, TimeSpan clockTick)
    {
        _repository = repository;
        _trustedBefore = (DateTime.UtcNow - clockTick - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        _areKnown = FolderTimes.AreKnown(repository.Root);
        _stored = _areKnown && File.Exists(repository.WalkedFolders) ? File.ReadAllBytes(repository.WalkedFolders) : [];
        Places = _stored.Length == 0 ? null : TryLook();
    }

    /// <summary>What is to be walked; <see langword="null"/> is everything.</summary>
    public IReadOnlyList<GitPath>? Places { get; private set; }

    public static WalkedFolders Look(CheckpointRepository repository, TimeSpan clockTick) => new(repository, clockTick);

    /// <summary>Ignore rules may be others, or the index was changed by itself: everything is walked now.</summary>
    public void WalkEverything() => Places = null;

    /// <summary>Keeps what was walked.</summary>
    /// <param name="tree">What was made of it.</param>
    /// <param name="added">What has come into the index.</param>
    /// <param name="again">What is to be listed by every walk.</param>
    /// <param name="cancellationToken">Ends the call; nothing is kept then.</param>
    public async Task KeepAsync(string tree, IEnumerable<GitPath> added, IEnumerable<GitPath> again, CancellationToken cancellationToken)
    {
        if (!_areKnown) return;
        var folders = Places is null || _isIncomplete || added.Any(path => !_now.ContainsKey(ParentOf(path))) ? await FoldersAsync(tree, cancellationToken) : _now.Keys;
        var content = Write(folders, again.Select(path => path.WithoutSlash()).Distinct());
        if (!content.SequenceEqual(_stored)) AtomicFile.Write(_repository.WalkedFolders, content, flush: false);
    }

    private List<GitPath>? TryLook()
    {
        try
        {
            return Look();
        }
        catch (Exception e) when (e is FormatException or InvalidDataException or ArgumentException)
        {
            // A power failure may have left half of it.
            _now.Clear();
            return null;
        }
    }

    private List<GitPath>? Look()
    {
        // <folder's time> SP <rules' time> SP <path>, or only a path: a place.
        var times = new FolderTimes(_repository.Root);
        var places = new List<GitPath>();
        foreach (var item in NulList.Split(_stored))
        {
            if (item.Span[0] == (byte)' ')
            {
                places.Add(new GitPath(item[1..]));
                continue;
            }

            var (then, path) = Parse(item);
            if (times.Of(path, then) is { } now) _now[path] = now;
            else _isIncomplete = true; // Gone, or it cannot be said: to list what is gone is no harm.
            if (!_now.TryGetValue(path, out now) || now != then) places.Add(path);
        }

        return places.Count > MostPlaces || places.Exists(place => place.Span.IsEmpty || !place.IsUtf8) ? null : places;
    }

    private async Task<IEnumerable<GitPath>> FoldersAsync(string tree, CancellationToken cancellationToken) =>
        NulList.Paths(await _repository.Git.ReadAsync(["ls-tree", "-r", "-d", "-z", "--name-only", "--full-tree", tree], cancellationToken)).Prepend(default);

    private byte[] Write(IEnumerable<GitPath> folders, IEnumerable<GitPath> places)
    {
        var content = new ArrayBufferWriter<byte>();
        foreach (var folder in folders)
        {
            var time = _now.TryGetValue(folder, out var now) && Math.Max(now.Folder, now.Rules) < _trustedBefore ? now : default;
            content.Write(Encoding.ASCII.GetBytes($"{time.Folder} {time.Rules} "));
            content.Write(folder.Span);
            content.Write("\0"u8);
        }

        foreach (var place in places)
        {
            content.Write(" "u8);
            content.Write(place.Span);
            content.Write("\0"u8);
        }

        return content.WrittenSpan.ToArray();
    }

    private static ((long Folder, long Rules) Time, GitPath Path) Parse(ReadOnlyMemory<byte> item)
    {
        var first = item.Span.IndexOf((byte)' ');
        var second = first + 1 + item.Span[(first + 1)..].IndexOf((byte)' ');
        return ((long.Parse(item.Span[..first]), long.Parse(item.Span[(first + 1)..second])), new GitPath(item[(second + 1)..]));
    }

    private static GitPath ParentOf(GitPath path) => new(path.Bytes[..Math.Max(0, path.Span.LastIndexOf((byte)'/'))]);
}
