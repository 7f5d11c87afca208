using System.Globalization;
using DurableAgentTasks.Hosting;

namespace DurableAgentTasks.Functions.Hosting;

/// <summary>
/// The part of the machine's data folder that this worker process has for itself. The lock goes with the process, however it ends; the
/// next one takes the same part, and with it what an earlier life left running.
/// </summary>
public sealed class DataFolder : IDisposable
{
    private const int MaxWorkers = 64;

    private readonly FileStream _lock;

    private DataFolder(string path, FileStream @lock) => (Path, _lock) = (path, @lock);

    public string Path { get; }

    /// <exception cref="StartRefusedException">There is no part left.</exception>
    public static DataFolder Claim(string root)
    {
        for (var number = 0; number < MaxWorkers; number++)
        {
            var path = Directory.CreateDirectory(System.IO.Path.Combine(root, number.ToString(CultureInfo.InvariantCulture))).FullName;
            if (TryLock(System.IO.Path.Combine(path, "lock")) is { } mine) return new DataFolder(path, mine);
        }

        throw new StartRefusedException($"Data: {root} is used by {MaxWorkers} worker processes already. Give this host another folder.");
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream? TryLock(string file)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (error is not (DirectoryNotFoundException or FileNotFoundException))
        {
            return null;
        }
    }
}
