namespace DurableAgentTasks.Storage.Queue;

/// <summary>How many tasks run at once, and how many wait for their turn: the settings of the section <c>Agents</c> that the queue goes by.</summary>
public sealed class QueueLimits
{
    public const int MaxLimit = 100_000;

    /// <summary>Tasks that run at once in the whole task hub (Local: the process), 1 to <see cref="MaxLimit"/>: 4.</summary>
    public int MaxConcurrentTasks { get; init; } = 4;

    /// <summary>Tasks that wait before no more are taken, 0 to <see cref="MaxLimit"/>: 1,000.</summary>
    public int MaxQueuedTasks { get; init; } = 1_000;

    /// <summary>Tasks of one agent profile that run at once, by its name, 1 to <see cref="MaxLimit"/>; one that is not named has no limit of its own.</summary>
    public IReadOnlyDictionary<string, int> PerAgent { get; init; } = new Dictionary<string, int>();

    /// <summary>What is wrong with these limits and how to mend it; empty if nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> errors = [];
        Check("MaxConcurrentTasks", MaxConcurrentTasks, 1);
        Check("MaxQueuedTasks", MaxQueuedTasks, 0);
        foreach (var (agent, limit) in PerAgent) Check($"Profiles:{agent}:MaxConcurrentTasks", limit, 1);
        return errors;

        void Check(string name, int value, int min)
        {
            if (value < min || value > MaxLimit) errors.Add($"Agents:{name} ({value}) must be from {min} to {MaxLimit:N0}.");
        }
    }

    internal int Of(string agent) => PerAgent.TryGetValue(agent, out var limit) ? limit : MaxConcurrentTasks;
}
