using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Engine.Instances;

/// <summary>What is kept in memory of every instance, running or ended.</summary>
internal sealed class InstanceEntry(string id, string name, ulong stream, DateTimeOffset createdAt)
{
    public string Id { get; } = id;

    public string Name { get; } = name;

    /// <summary>Its records in the journal.</summary>
    public ulong Stream { get; } = stream;

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public DateTimeOffset UpdatedAt { get; set; } = createdAt;

    public RuntimeStatus Status { get; set; }

    /// <summary>The running instance; <see langword="null"/> once it has ended and that is on the disk.</summary>
    public Instance? Live { get; set; }

    public bool HasEnded => Live is null;
}
