using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Http.Deletion;

/// <summary>Does one thing at a time with a task, in the order it is asked for: what ends one must not meet a new one of the same id.</summary>
internal sealed class TaskTails
{
    private readonly Dictionary<TaskId, Task> _last = [];
    private readonly Lock _gate = new();

    public Task<T> AddAsync<T>(TaskId id, Func<Task<T>> action)
    {
        Task<T> mine;
        lock (_gate)
        {
            mine = RunAfterAsync(_last.GetValueOrDefault(id, Task.CompletedTask), action);
            _last[id] = mine;
        }

        _ = ForgetAsync(id, mine);
        return mine;
    }

    private static async Task<T> RunAfterAsync<T>(Task before, Func<Task<T>> action)
    {
        // Never within the gate; and how the one before ended is not of interest.
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
        return await action();
    }

    private async Task ForgetAsync(TaskId id, Task mine)
    {
        await mine.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            if (_last.GetValueOrDefault(id) == mine) _last.Remove(id);
        }
    }
}
