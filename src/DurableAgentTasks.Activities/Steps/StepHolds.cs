using System.Buffers.Binary;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>
/// Until when the lease of each task that runs here lets it run, for other processes of this machine: a file with the reading of the
/// machine's monotonic clock, in the folder of the task's runs. It is gone when the task is not held.
/// </summary>
public sealed class StepHolds(StepRuns runs, TimeProvider time)
{
    private const string Name = "held";

    public IReadOnlyList<StepHold> All() =>
    [
        .. runs.Tasks().Select(task => Read(task) is { } until ? new StepHold(task, until) : null).OfType<StepHold>(),
    ];

    public bool IsOver(StepHold hold) => time.GetTimestamp() >= hold.Until;

    /// <exception cref="IOException">It cannot be kept.</exception>
    public void Extend(TaskId task, TimeSpan left)
    {
        // Written over, and not anew: whoever reads finds the whole of the one or of the other, and a full disk has room for it.
        Span<byte> until = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(until, time.GetTimestamp() + (long)(left.TotalSeconds * time.TimestampFrequency));
        Directory.CreateDirectory(runs.FolderOf(task));
        using var file = File.OpenHandle(PathOf(task), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.Write(file, until, fileOffset: 0);
    }

    /// <exception cref="IOException">It cannot be removed.</exception>
    public void Remove(TaskId task)
    {
        try
        {
            File.Delete(PathOf(task));
        }
        catch (DirectoryNotFoundException)
        {
            // The task was deleted.
        }
    }

    private string PathOf(TaskId task) => Path.Combine(runs.FolderOf(task), Name);

    /// <returns><see langword="null"/> if it is not held, or about to be.</returns>
    private long? Read(TaskId task)
    {
        try
        {
            Span<byte> until = stackalloc byte[sizeof(long)];
            using var file = File.OpenHandle(PathOf(task), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return RandomAccess.Read(file, until, fileOffset: 0) == until.Length ? BinaryPrimitives.ReadInt64LittleEndian(until) : null;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}

/// <param name="Task">The task that is held.</param>
/// <param name="Until">When no more, as <see cref="TimeProvider.GetTimestamp"/> counts, which all processes of a machine do alike.</param>
public sealed record StepHold(TaskId Task, long Until);
