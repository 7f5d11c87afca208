using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Logs;

namespace DurableAgentTasks.Storage.Tasks;

/// <summary>What of a task was stored.</summary>
[Flags]
public enum TaskSignal
{
    None = 0,

    /// <summary>Lines of its log, or its log is no longer written.</summary>
    Log = 1,

    /// <summary>Its record.</summary>
    Record = 2,

    /// <summary>The heartbeat of its step.</summary>
    Heartbeat = 4,
}

/// <summary>
/// Tells those who follow tasks in this process that there is something new to read. A signal carries nothing and is not queued:
/// followers read at their own pace from the storage, and who signals never waits for them. What other processes store is not told.
/// </summary>
public sealed class TaskSignals
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TaskId, HashSet<TaskWatch>> _watches = [];
    private readonly HashSet<TaskWatch> _ofAll = [];
    private readonly Dictionary<TaskId, int> _writers = [];

    /// <summary>Follows a task until the watch is disposed.</summary>
    public TaskWatch Watch(TaskId task) => Add(new TaskWatch(this, task));

    /// <summary>Follows the records of all tasks until the watch is disposed.</summary>
    public TaskWatch WatchAll() => Add(new TaskWatch(this, task: null));

    /// <summary>Says that something was stored.</summary>
    public void Signal(TaskId task, TaskSignal signal)
    {
        lock (_gate)
        {
            if (_watches.TryGetValue(task, out var watches))
            {
                foreach (var watch in watches) watch.Set(task, signal);
            }

            if (!signal.HasFlag(TaskSignal.Record)) return;
            foreach (var watch in _ofAll) watch.Set(task, signal);
        }
    }

    /// <summary>
    /// Signals for as long as the writer is not disposed that the log has grown. Lines that come faster than this runs are told of
    /// together.
    /// </summary>
    public async Task RelayAsync(TaskId task, TaskLogWriter writer)
    {
        var told = writer.LastSeq;
        lock (_gate) _writers[task] = _writers.GetValueOrDefault(task) + 1;
        while (await writer.WaitAsync(told, CancellationToken.None))
        {
            told = writer.LastSeq;
            Signal(task, TaskSignal.Log);
        }

        lock (_gate)
        {
            if (--_writers[task] == 0) _writers.Remove(task);
        }

        Signal(task, TaskSignal.Log);
    }

    /// <summary>Whether a writer in this process may still add to the log.</summary>
    public bool IsWritten(TaskId task)
    {
        lock (_gate) return _writers.ContainsKey(task);
    }

    internal void Remove(TaskWatch watch)
    {
        lock (_gate)
        {
            if (watch.Task is not { } task) _ofAll.Remove(watch);
            else if (_watches.TryGetValue(task, out var watches) && watches.Remove(watch) && watches.Count == 0) _watches.Remove(task);
        }
    }

    private TaskWatch Add(TaskWatch watch)
    {
        lock (_gate)
        {
            if (watch.Task is not { } task) _ofAll.Add(watch);
            else if (_watches.TryGetValue(task, out var watches)) watches.Add(watch);
            else _watches[task] = [watch];
        }

        return watch;
    }
}
