namespace DurableAgentTasks.Workspaces.Git;

/// <summary>A small file that is the old one or the new one, whole, whenever this process is killed.</summary>
internal static class AtomicFile
{
    public static void Write(string file, ReadOnlySpan<byte> content)
    {
        var unfinished = $"{file}.{Guid.NewGuid():n}.tmp";
        using (var stream = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        File.Move(unfinished, file, overwrite: true);
    }
}
