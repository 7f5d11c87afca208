using Microsoft.Win32.SafeHandles;

namespace DurableAgentTasks.Engine.Journal.Files;

/// <summary>The real disk.</summary>
internal sealed class DiskFiles : IJournalFiles
{
    private const FileShare Sharing = FileShare.ReadWrite | FileShare.Delete;
    private static readonly byte[] Zeros = new byte[1024 * 1024];

    public IJournalFile Create(string path, long length)
    {
        SafeFileHandle? handle = null;
        try
        {
            // Reserving first tells at once when there is no room; writing the zeros spares each later flush the file system's
            // own bookkeeping, which makes it measurably faster.
            handle = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, Sharing, preallocationSize: length);
            for (var offset = 0L; offset < length; offset += Zeros.Length)
                RandomAccess.Write(handle, Zeros.AsSpan(0, (int)Math.Min(Zeros.Length, length - offset)), offset);
            RandomAccess.FlushToDisk(handle);
            return new DiskFile(handle);
        }
        catch (IOException e)
        {
            handle?.Dispose();
            File.Delete(path);
            throw NoRoom.TranslateCreation(e);
        }
    }

    public IJournalFile Open(string path) => new DiskFile(File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, Sharing));

    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    public void Delete(string path) => File.Delete(path);

    public void FlushDirectory(string path) => DirectoryFlush.Run(path);

    private sealed class DiskFile(SafeFileHandle handle) : IJournalFile
    {
        public long Length => RandomAccess.GetLength(handle);

        public int Read(Span<byte> buffer, long offset)
        {
            var done = 0;
            while (done < buffer.Length)
            {
                var read = RandomAccess.Read(handle, buffer[done..], offset + done);
                if (read == 0) break;
                done += read;
            }

            return done;
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            try
            {
                RandomAccess.Write(handle, bytes, offset);
            }
            catch (IOException e)
            {
                throw NoRoom.Translate(e);
            }
        }

        public void Flush()
        {
            try
            {
                RandomAccess.FlushToDisk(handle);
            }
            catch (IOException e)
            {
                throw NoRoom.Translate(e);
            }
        }

        public void Dispose() => handle.Dispose();
    }
}
