namespace DurableAgentTasks.Core.Tasks;

/// <summary>
/// The durable engine as its callers see it: the embedded engine, or Durable Functions' client. Payloads are JSON texts.
/// Nothing that returns normally can be lost: it is on the disk, or in Azure Storage.
/// </summary>
public interface ITaskClient
{
    /// <summary>Starts an orchestration. An id that is taken, running or ended, is refused and changes nothing.</summary>
    /// <exception cref="EngineUnavailableException">The store takes no new work now, such as when the disk is full.</exception>
    Task<StartOutcome> StartAsync(string name, string instanceId, string? input, CancellationToken cancellationToken);

    /// <summary>The instance, or <see langword="null"/> if there is none.</summary>
    /// <param name="instanceId">Which one.</param>
    /// <param name="payloads">Whether input, output and custom status are read too.</param>
    /// <param name="cancellationToken">Ends the call, not the instance.</param>
    Task<OrchestrationInstance?> GetAsync(string instanceId, bool payloads, CancellationToken cancellationToken);

    /// <summary>
    /// The instances a query matches, newest first, a page at a time. For people who read a page: an engine that keeps them in another order goes
    /// through all of them for each page. Whoever wants all takes <see cref="ListAsync"/>.
    /// </summary>
    Task<InstancePage> QueryAsync(InstanceQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// All instances a filter matches, each once, in any order and without payloads, in one pass. What is started, ended or purged meanwhile is told as
    /// it was before or after.
    /// </summary>
    IAsyncEnumerable<OrchestrationInstance> ListAsync(InstanceFilter filter, CancellationToken cancellationToken);

    /// <summary>
    /// Sends an external event. It waits in the instance's buffer, first in first out per name (case-insensitive), until the
    /// orchestration asks for it.
    /// </summary>
    Task<OperationOutcome> RaiseEventAsync(string instanceId, string eventName, string? payload, CancellationToken cancellationToken);

    /// <summary>From now on events and timers queue and nothing runs; a running activity is untouched.</summary>
    Task<OperationOutcome> SuspendAsync(string instanceId, string? reason, CancellationToken cancellationToken);

    Task<OperationOutcome> ResumeAsync(string instanceId, string? reason, CancellationToken cancellationToken);

    Task<OperationOutcome> TerminateAsync(string instanceId, string? reason, CancellationToken cancellationToken);

    /// <summary>Removes an ended instance and its history; <see cref="OperationOutcome.NotAllowed"/> while it runs.</summary>
    Task<OperationOutcome> PurgeAsync(string instanceId, CancellationToken cancellationToken);

    /// <summary>
    /// Starts an instance that has ended once more, under its name and id: its history is replaced by a new one, both at once or not at
    /// all. <see cref="OperationOutcome.NotAllowed"/> while it runs.
    /// </summary>
    /// <exception cref="EngineUnavailableException">The store takes no new work now; the instance is as it was.</exception>
    Task<OperationOutcome> RestartAsync(string instanceId, string? input, CancellationToken cancellationToken);

    /// <summary>The instance once it has ended, or <see langword="null"/> if there is none.</summary>
    Task<OrchestrationInstance?> WaitAsync(string instanceId, CancellationToken cancellationToken);

    /// <summary>What is recorded of the instance's present generation, oldest first; empty if there is none.</summary>
    Task<IReadOnlyList<HistoryEntry>> GetHistoryAsync(string instanceId, CancellationToken cancellationToken);
}

public enum StartOutcome
{
    Started,
    IdTaken,
}

public enum OperationOutcome
{
    Accepted,
    NotFound,

    /// <summary>The instance's status does not allow it: it has ended or, for a purge, still runs.</summary>
    NotAllowed,
}

/// <summary>The engine's own status of an instance, with the names of Durable Functions.</summary>
public enum RuntimeStatus
{
    Pending,
    Running,
    Suspended,
    Completed,
    Failed,
    Terminated,
}

public sealed record OrchestrationInstance
{
    public required string InstanceId { get; init; }

    public required string Name { get; init; }

    public required RuntimeStatus Status { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset LastUpdatedAt { get; init; }

    public string? Input { get; init; }

    public string? Output { get; init; }

    public string? CustomStatus { get; init; }

    /// <summary>Why it failed, or the reason given at its termination.</summary>
    public string? Failure { get; init; }

    public bool HasEnded => Status is RuntimeStatus.Completed or RuntimeStatus.Failed or RuntimeStatus.Terminated;
}

public record InstanceFilter
{
    public string? IdPrefix { get; init; }

    public DateTimeOffset? CreatedFrom { get; init; }

    public DateTimeOffset? CreatedTo { get; init; }

    /// <summary>Empty: every status.</summary>
    public IReadOnlyList<RuntimeStatus> Statuses { get; init; } = [];
}

public sealed record InstanceQuery : InstanceFilter
{
    /// <summary>Instances to a page, 1 to 1,000.</summary>
    public int Top { get; init; } = 100;

    /// <summary>From the page before; <see langword="null"/> begins.</summary>
    public string? ContinuationToken { get; init; }

    /// <summary>Whether input, output and custom status are read too.</summary>
    public bool Payloads { get; init; }
}

/// <param name="Instances">Newest first.</param>
/// <param name="ContinuationToken"><see langword="null"/> on the last page.</param>
public sealed record InstancePage(IReadOnlyList<OrchestrationInstance> Instances, string? ContinuationToken);

/// <param name="Time">When it was recorded.</param>
/// <param name="Type">Durable Functions' name of the event, such as <c>TaskScheduled</c>.</param>
/// <param name="Name">The activity, event or orchestration it is about.</param>
/// <param name="Number">Which decision of the orchestration it belongs to, from 0.</param>
/// <param name="Payload">Its JSON: input, result, event payload; or a text such as a reason.</param>
public sealed record HistoryEntry(DateTimeOffset Time, string Type, string? Name, int? Number, string? Payload)
{
    /// <summary>Of a timer that was created: when it is due.</summary>
    public DateTimeOffset? FireAt { get; init; }
}

/// <summary>The engine takes no new work at the moment; what is stored is safe and readable. The message says what to do.</summary>
public sealed class EngineUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
