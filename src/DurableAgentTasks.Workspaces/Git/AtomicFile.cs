namespace DurableAgentTasks.Workspaces.Git;

/// <summary>A small file that is the old one or the new one, whole, whenever this process is killed.</summary>
internal static class AtomicFile
{
    /// <param name="file">Where.</param>
    /// <param name="content">All of it.</param>
    /// <param name="flush">Whether it must survive a power failure too.</param>
    public static void Write(string file, ReadOnlySpan<byte> content, bool flush = true)
    {
        var unfinished = $"{file}.{Guid.NewGuid():n}.tmp";
        using (var stream = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write))
        {
            stream.Write(content);
            stream.Flush(flush);
        }

        File.Move(unfinished, file, overwrite: true);
    }
}
