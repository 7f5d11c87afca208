using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Contracts.Durable;

/// <summary>A host that runs <see cref="ContractProgram"/>, as the contract's tests see it.</summary>
public interface IDurableTestHost : IAsyncDisposable
{
    ITaskClient Client { get; }

    /// <summary>The activities of the program, in whatever life of the host they run.</summary>
    ContractActivities Activities { get; }

    /// <summary>What the orchestrations logged, in order.</summary>
    IReadOnlyList<string> Logged { get; }

    /// <summary>Lets time pass; on a manual clock it costs none.</summary>
    Task PassAsync(TimeSpan time);

    /// <summary>Stops the host without waiting for its activities, lets time pass, and starts it again.</summary>
    Task RestartAsync(TimeSpan pause);

    /// <summary>The instance, once the condition holds.</summary>
    Task<OrchestrationInstance> UntilAsync(string instanceId, Func<OrchestrationInstance, bool> condition);
}
