namespace DurableAgentTasks.Engine.Journal.Files;

/// <summary>An open file of the journal. When it has been replaced, it is closed and deleted as soon as nobody reads it any more.</summary>
internal sealed class LogFile(IJournalFiles files, IJournalFile content, LogFileName name, string directory)
{
    private int _users = 1;
    private volatile bool _replaced;

    public LogFileName Name { get; } = name;

    public IJournalFile Content { get; } = content;

    /// <summary>The first byte after its last frame. Of the segment in use: after the last one flushed.</summary>
    public long End { get; set; }

    public string Path => Name.In(directory);

    public static LogFile Open(IJournalFiles files, string directory, LogFileName name) =>
        new(files, files.Open(name.In(directory)), name, directory);

    /// <summary>Called under the store's lock, which also guards the table the file was found in.</summary>
    public LogFile Use()
    {
        Interlocked.Increment(ref _users);
        return this;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _users) > 0) return;
        Content.Dispose();
        if (_replaced) files.Delete(Path);
    }

    public void Replaced()
    {
        _replaced = true;
        Release();
    }
}
