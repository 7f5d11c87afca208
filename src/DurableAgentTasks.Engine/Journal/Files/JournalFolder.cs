namespace DurableAgentTasks.Engine.Journal.Files;

/// <summary>The folder and the files open in it. The table of files is guarded by the store's lock.</summary>
internal sealed class JournalFolder(IJournalFiles files, string path)
{
    private readonly Dictionary<LogFileName, LogFile> _open = [];

    public IJournalFiles Files => files;

    public string Path => path;

    public LogFile this[LogFileName name] => _open[name];

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

    /// <summary>Makes a file under an unfinished name, with its header and <paramref name="length"/> bytes of room.</summary>
    public IJournalFile Create(LogFileName name, long length)
    {
        var unfinished = Unfinished(name);
        var content = files.Create(unfinished, length);
        try
        {
            content.Write(FileHeader.For(name), 0);
            return content;
        }
        catch (IOException)
        {
            Discard(name, content);
            throw;
        }
    }

    /// <summary>Gives a file its real name, durably with all its content.</summary>
    public LogFile Finish(LogFileName name, IJournalFile content)
    {
        content.Flush();
        files.Rename(Unfinished(name), name.In(path));
        files.FlushDirectory(path);
        return new LogFile(files, content, name, path);
    }

    public void Discard(LogFileName name, IJournalFile content)
    {
        content.Dispose();
        files.Delete(Unfinished(name));
    }

    private string Unfinished(LogFileName name) => name.In(path) + LogFileName.Unfinished;
}
