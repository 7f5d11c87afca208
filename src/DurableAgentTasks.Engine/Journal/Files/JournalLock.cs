using System.Text;

namespace DurableAgentTasks.Engine.Journal.Files;

/// <summary>
/// One process at a time: the file <c>lock</c>, held open. The system lets go of it when the process ends, however it ends,
/// so one left behind is no obstacle. Its text says who has it.
/// </summary>
internal sealed class JournalLock : IDisposable
{
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;
    private const int WindowsSharingViolation = unchecked((int)0x80070020);
    private readonly FileStream _file;

    private JournalLock(FileStream file) => _file = file;

    public static JournalLock Take(string directory, TimeProvider time)
    {
        var path = Path.Combine(directory, "lock");
        // On Windows others may read; elsewhere "exclusive" is advice that the reader below does not ask for.
        var share = OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None;
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, share);
        }
        catch (IOException e) when (e.HResult is LinuxWouldBlock or MacWouldBlock or WindowsSharingViolation)
        {
            throw new JournalInUseException(
                $"The data folder {directory} is in use by {Owner(path)}. Stop that process, or choose another folder.");
        }

        Sign(file, time);
        return new JournalLock(file);
    }

    public void Dispose() => _file.Dispose();

    private static void Sign(FileStream file, TimeProvider time)
    {
        try
        {
            file.SetLength(0);
            file.Write(Encoding.UTF8.GetBytes($"pid {Environment.ProcessId} on {Environment.MachineName} since {time.GetUtcNow():u}\n"));
            file.Flush();
        }
        catch (IOException)
        {
            // The disk is full: the folder is held all the same, only its owner stays unnamed.
        }
    }

    private static string Owner(string path)
    {
        try
        {
            using var handle = OperatingSystem.IsWindows()
                ? File.OpenHandle(path, share: FileShare.ReadWrite)
                : Unix.Open(path);
            var bytes = new byte[256];
            var read = RandomAccess.Read(handle, bytes, 0);
            return read == 0 ? "another process" : Encoding.UTF8.GetString(bytes, 0, read).TrimEnd();
        }
        catch (IOException)
        {
            return "another process";
        }
    }
}
