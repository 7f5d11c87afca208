namespace DurableAgentTasks.Engine.Journal.Files;

/// <summary>A file being made, under a name that does not count. It is deleted unless it gets its real one.</summary>
internal sealed class UnfinishedFile : IDisposable
{
    private const string Suffix = LogFileName.Unfinished;
    private readonly IJournalFiles _files;
    private readonly string _directory;
    private bool _isFinished;

    /// <param name="folder">Where.</param>
    /// <param name="name">What it will be named.</param>
    /// <param name="length">The room to reserve, in bytes.</param>
    public UnfinishedFile(JournalFolder folder, LogFileName name, long length = 0)
    {
        (_files, _directory, Name) = (folder.Files, folder.Path, name);
        Content = _files.Create(name.In(_directory) + Suffix, length);
        try
        {
            Content.Write(FileHeader.For(name), 0);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public LogFileName Name { get; }

    public IJournalFile Content { get; }

    /// <summary>Gives the file its real name, durably with all its content.</summary>
    public LogFile Finish()
    {
        Content.Flush();
        _files.Rename(Name.In(_directory) + Suffix, Name.In(_directory));
        _files.FlushDirectory(_directory);
        _isFinished = true;
        return new LogFile(_files, Content, Name, _directory) { End = Content.Length };
    }

    public void Dispose()
    {
        if (_isFinished) return;
        Content.Dispose();
        _files.Delete(Name.In(_directory) + Suffix);
    }
}
