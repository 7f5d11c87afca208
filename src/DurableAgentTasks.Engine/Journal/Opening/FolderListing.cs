using DurableAgentTasks.Engine.Journal.Files;

namespace DurableAgentTasks.Engine.Journal.Opening;

/// <summary>The journal's files in a folder: those that count and those that a crash left over.</summary>
internal sealed class FolderListing
{
    private readonly List<LogFileName> _all = [];
    private readonly List<string> _unfinished = [];

    private FolderListing()
    {
    }

    public IReadOnlyList<LogFileName> All => _all;

    /// <summary>The newest snapshot; it replaced all before it.</summary>
    public LogFileName? Snapshot => Of(LogFileKind.Snapshot).Select(name => (LogFileName?)name).LastOrDefault();

    /// <summary>Segments the snapshot does not cover.</summary>
    public IReadOnlyList<LogFileName> Segments
    {
        get
        {
            var covered = Snapshot?.Number ?? 0;
            return [.. Of(LogFileKind.Segment).Where(name => name.Number > covered)];
        }
    }

    public static FolderListing Of(IJournalFiles files, string directory)
    {
        var listing = new FolderListing();
        foreach (var path in files.List(directory))
        {
            var file = Path.GetFileName(path);
            if (LogFileName.TryParse(file, out var name)) listing._all.Add(name);
            else if (file.EndsWith(LogFileName.Unfinished, StringComparison.Ordinal)) listing._unfinished.Add(path);
        }

        listing._all.Sort((left, right) => left.Number.CompareTo(right.Number));
        return listing;
    }

    /// <summary>Deletes what is not open in <paramref name="folder"/>: it does not count any more.</summary>
    public void DeleteLeftovers(JournalFolder folder)
    {
        foreach (var path in _unfinished) folder.Files.Delete(path);
        foreach (var name in _all)
        {
            if (!folder.IsOpen(name)) folder.Files.Delete(name.In(folder.Path));
        }
    }

    private IEnumerable<LogFileName> Of(LogFileKind kind) => _all.Where(name => name.Kind == kind);
}
