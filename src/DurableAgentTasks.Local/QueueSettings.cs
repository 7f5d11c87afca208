using DurableAgentTasks.Storage.Queue;

namespace DurableAgentTasks.Local;

/// <summary>The queue's limits as they stand in the section <c>Agents</c>; those of a profile stand with the profile.</summary>
internal static class QueueSettings
{
    /// <exception cref="StartRefusedException">One is no number, or out of its range.</exception>
    public static QueueLimits Read(IConfiguration configuration)
    {
        var agents = configuration.GetSection("Agents");
        var usual = new QueueLimits();
        var limits = LocalHost.Read(() => new QueueLimits
        {
            MaxConcurrentTasks = agents.GetValue(nameof(QueueLimits.MaxConcurrentTasks), usual.MaxConcurrentTasks),
            MaxQueuedTasks = agents.GetValue(nameof(QueueLimits.MaxQueuedTasks), usual.MaxQueuedTasks),
            PerAgent = agents.GetSection("Profiles").GetChildren()
                .Select(profile => (profile.Key, Limit: profile.GetValue<int?>(nameof(QueueLimits.MaxConcurrentTasks))))
                .Where(profile => profile.Limit is not null)
                .ToDictionary(profile => profile.Key, profile => profile.Limit!.Value),
        });
        var errors = limits.Validate();
        return errors.Count == 0 ? limits : throw new StartRefusedException(string.Join(Environment.NewLine, errors));
    }
}
