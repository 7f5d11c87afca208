namespace DurableAgentTasks.Engine.Journal.Files;

/// <summary>The folder and the files open in it. The table of files is guarded by the store's lock.</summary>
internal sealed class JournalFolder(IJournalFiles files, string path)
{
    private readonly Dictionary<LogFileName, LogFile> _open = [];

    public IJournalFiles Files => files;

    public string Path => path;

    public LogFile this[LogFileName name] => _open[name];

    /// <summary>The open segments between two numbers, in order.</summary>
    public LogFile[] Segments(int above, int below) =>
        [.. _open.Values.Where(file => file.Name.Kind == LogFileKind.Segment && file.Name.Number > above && file.Name.Number < below).OrderBy(file => file.Name.Number)];

    public bool IsOpen(LogFileName name) => _open.ContainsKey(name);

    public LogFile Open(LogFileName name) => Add(LogFile.Open(files, path, name));

    public LogFile Add(LogFile file)
    {
        _open.Add(file.Name, file);
        return file;
    }

    /// <summary>It and its content are in other files now.</summary>
    public void Replaced(LogFileName name)
    {
        if (_open.Remove(name, out var file)) file.Replaced();
    }

    public void CloseAll()
    {
        foreach (var file in _open.Values) file.Release();
        _open.Clear();
    }
}
