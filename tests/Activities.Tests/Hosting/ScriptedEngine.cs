using System.Collections.Concurrent;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Activities.Tests.Hosting;

/// <summary>An engine that says how its instances stand, and notes who was told of their turn. Nothing else is asked of it.</summary>
internal sealed class ScriptedEngine : ITaskClient
{
    public ConcurrentQueue<string> Told { get; } = [];

    /// <summary>Of every instance; <see langword="null"/>: it has none.</summary>
    public RuntimeStatus? Status { get; set; } = RuntimeStatus.Running;

    public Func<string, OperationOutcome> Outcome { get; set; } = _ => OperationOutcome.Accepted;

    /// <summary>The histories of every instance, one look after another; the last goes on.</summary>
    public Queue<IReadOnlyList<HistoryEntry>> Histories { get; } = [];

    public Task<OperationOutcome> RaiseEventAsync(string instanceId, string eventName, string? payload, CancellationToken cancellationToken)
    {
        Told.Enqueue($"{eventName} {instanceId}");
        return Task.FromResult(Outcome(instanceId));
    }

    public Task<StartOutcome> StartAsync(string name, string instanceId, string? input, CancellationToken cancellationToken) => throw Unasked();

    public Task<OrchestrationInstance?> GetAsync(string instanceId, bool payloads, CancellationToken cancellationToken) => Task.FromResult(Status is not { } status ? null : new OrchestrationInstance
    {
        InstanceId = instanceId, Name = "RunTask", Status = status, CreatedAt = DateTimeOffset.UnixEpoch, LastUpdatedAt = DateTimeOffset.UnixEpoch,
    });

    public Task<InstancePage> QueryAsync(InstanceQuery query, CancellationToken cancellationToken) => throw Unasked();

    public IAsyncEnumerable<OrchestrationInstance> ListAsync(InstanceFilter filter, CancellationToken cancellationToken) => throw Unasked();

    public Task<OperationOutcome> SuspendAsync(string instanceId, string? reason, CancellationToken cancellationToken) => throw Unasked();

    public Task<OperationOutcome> ResumeAsync(string instanceId, string? reason, CancellationToken cancellationToken) => throw Unasked();

    public Task<OperationOutcome> TerminateAsync(string instanceId, string? reason, CancellationToken cancellationToken) => throw Unasked();

    public Task<OperationOutcome> PurgeAsync(string instanceId, CancellationToken cancellationToken) => throw Unasked();

    public Task<OperationOutcome> RestartAsync(string instanceId, string? input, CancellationToken cancellationToken) => throw Unasked();

    public Task<OrchestrationInstance?> WaitAsync(string instanceId, CancellationToken cancellationToken) => throw Unasked();

    public Task<IReadOnlyList<HistoryEntry>> GetHistoryAsync(string instanceId, CancellationToken cancellationToken) =>
        Task.FromResult(Histories.Count > 1 ? Histories.Dequeue() : Histories.Peek());

    private static NotSupportedException Unasked() => new("Nobody asks for that.");
}
