using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Contracts.Durable;

/// <summary>A call of <see cref="ITaskClient"/> on its way to a host in another process; what it asks for besides its operation.</summary>
public sealed record DurableCall(string InstanceId)
{
    /// <summary>Of the orchestration or of the event.</summary>
    public string? Name { get; init; }

    /// <summary>JSON, or a reason.</summary>
    public string? Text { get; init; }

    public bool Payloads { get; init; }

    public InstanceQuery? Query { get; init; }

    public InstanceFilter? Filter { get; init; }
}
