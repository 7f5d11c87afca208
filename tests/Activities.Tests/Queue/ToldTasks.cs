using System.Collections.Concurrent;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Activities.Tests.Queue;

/// <summary>An engine that notes who was told of their turn. Nothing else is asked of it.</summary>
internal sealed class ToldTasks : ITaskClient
{
    public ConcurrentQueue<string> Told { get; } = [];

    public Func<string, OperationOutcome> Outcome { get; set; } = _ => OperationOutcome.Accepted;

    public Task<OperationOutcome> RaiseEventAsync(string instanceId, string eventName, string? payload, CancellationToken cancellationToken)
    {
        Told.Enqueue($"{eventName} {instanceId}");
        return Task.FromResult(Outcome(instanceId));
    }

    public Task<StartOutcome> StartAsync(string name, string instanceId, string? input, CancellationToken cancellationToken) => throw Unasked();

    public Task<OrchestrationInstance?> GetAsync(string instanceId, bool payloads, CancellationToken cancellationToken) => throw Unasked();

    public Task<InstancePage> QueryAsync(InstanceQuery query, CancellationToken cancellationToken) => throw Unasked();

    public Task<OperationOutcome> SuspendAsync(string instanceId, string? reason, CancellationToken cancellationToken) => throw Unasked();

    public Task<OperationOutcome> ResumeAsync(string instanceId, string? reason, CancellationToken cancellationToken) => throw Unasked();

    public Task<OperationOutcome> TerminateAsync(string instanceId, string? reason, CancellationToken cancellationToken) => throw Unasked();

    public Task<OperationOutcome> PurgeAsync(string instanceId, CancellationToken cancellationToken) => throw Unasked();

    public Task<OperationOutcome> RestartAsync(string instanceId, string? input, CancellationToken cancellationToken) => throw Unasked();

    public Task<OrchestrationInstance?> WaitAsync(string instanceId, CancellationToken cancellationToken) => throw Unasked();

    public Task<IReadOnlyList<HistoryEntry>> GetHistoryAsync(string instanceId, CancellationToken cancellationToken) => throw Unasked();

    private static NotSupportedException Unasked() => new("Only events are raised.");
}
