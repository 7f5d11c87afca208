using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Http.Tests.Hosting;

/// <summary>
/// An engine in memory whose orchestrations do what a test says: unless told otherwise a task begins to execute and stays there until
/// it is cancelled; one whose command is <c>exit 0</c> completes at once.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "The semaphore has no wait handle.")]
internal sealed class ScriptedEngine(TaskStore store, IBlobStore blobs, TaskAdmission admission, TimeProvider time) : ITaskClient
{
    private readonly ConcurrentDictionary<string, OrchestrationInstance> _instances = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _ends = new();
    private readonly SemaphoreSlim _taking = new(1);
    private long _order;
    private int _checkpoints;

    /// <summary>Throws this at every start.</summary>
    public Exception? StartFails { get; set; }

    /// <summary>What a start of that instance throws.</summary>
    public Func<string, Exception?>? StartRefused { get; set; }

    /// <summary>Called before each start.</summary>
    public Action? Starting { get; set; }

    /// <summary>Whether instances run at all, or wait for their turn.</summary>
    public bool Runs { get; set; } = true;

    public int Starts { get; private set; }

    /// <summary>How often a page was asked for.</summary>
    public int Queries { get; private set; }

    /// <summary>How often all were listed.</summary>
    public int Lists { get; private set; }

    public List<(string Id, string Name, string? Payload)> Events { get; } = [];

    public List<string> Calls { get; } = [];

    public async Task<StartOutcome> StartAsync(string name, string instanceId, string? input, CancellationToken cancellationToken)
    {
        Starting?.Invoke();
        if ((StartFails ?? StartRefused?.Invoke(instanceId)) is { } error) throw error;
        var now = time.GetUtcNow().AddTicks(Interlocked.Increment(ref _order));
        var instance = new OrchestrationInstance
        {
            InstanceId = instanceId, Name = name, Status = RuntimeStatus.Pending, CreatedAt = now, LastUpdatedAt = now, Input = input,
        };
        if (!_instances.TryAdd(instanceId, instance)) return StartOutcome.IdTaken;
        Starts++;
        _ends[instanceId] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Runs) await RunAsync(TaskId.Parse(instanceId), input!);
        return StartOutcome.Started;
    }

    public Task<OrchestrationInstance?> GetAsync(string instanceId, bool payloads, CancellationToken cancellationToken) =>
        Task.FromResult(_instances.TryGetValue(instanceId, out var instance) ? View(instance, payloads) : null);

    public Task<InstancePage> QueryAsync(InstanceQuery query, CancellationToken cancellationToken)
    {
        Queries++;
        var before = long.MaxValue;
        if (query.ContinuationToken is { } token && !long.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out before)) throw new FormatException(token);
        var matches = _instances.Values
            .Where(instance => instance.CreatedAt.UtcTicks < before)
            .Where(instance => Matches(query, instance))
            .OrderByDescending(instance => instance.CreatedAt)
            .Take(query.Top + 1)
            .ToList();
        var more = matches.Count > query.Top;
        if (more) matches.RemoveAt(query.Top);
        return Task.FromResult(new InstancePage(
            [.. matches.Select(instance => View(instance, query.Payloads))],
            more ? matches[^1].CreatedAt.UtcTicks.ToString(CultureInfo.InvariantCulture) : null));
    }

    public IAsyncEnumerable<OrchestrationInstance> ListAsync(InstanceFilter filter, CancellationToken cancellationToken)
    {
        Lists++;
        return _instances.Values.Where(instance => Matches(filter, instance)).Select(instance => View(instance, payloads: false)).ToList().ToAsyncEnumerable();
    }

    public async Task<OperationOutcome> RaiseEventAsync(string instanceId, string eventName, string? payload, CancellationToken cancellationToken)
    {
        // An orchestration takes one event after the other, and none when it has ended.
        await _taking.WaitAsync(cancellationToken);
        try
        {
            var outcome = Check(instanceId);
            if (outcome == OperationOutcome.Accepted) await TakeAsync(instanceId, eventName, payload);
            return outcome;
        }
        finally
        {
            _taking.Release();
        }
    }

    private async Task TakeAsync(string instanceId, string eventName, string? payload)
    {
        lock (Events) Events.Add((instanceId, eventName, payload));
        if (eventName.Equals(OperatorEvents.Cancel, StringComparison.OrdinalIgnoreCase) && Runs) await CancelAsync(TaskId.Parse(instanceId), payload);
        if (eventName == OperatorEvents.Pause && Runs) await MoveAsync(TaskId.Parse(instanceId), TaskState.Paused);
        if (eventName == OperatorEvents.Resume && Runs) await MoveAsync(TaskId.Parse(instanceId), TaskState.Resuming);
        if (eventName == OperatorEvents.Checkpoint && Runs) await CheckpointAsync(TaskId.Parse(instanceId), payload);
    }

    public Task<OperationOutcome> SuspendAsync(string instanceId, string? reason, CancellationToken cancellationToken) =>
        MoveAsync(instanceId, RuntimeStatus.Suspended, "suspend");

    public Task<OperationOutcome> ResumeAsync(string instanceId, string? reason, CancellationToken cancellationToken) =>
        MoveAsync(instanceId, RuntimeStatus.Running, "resume");

    public Task<OperationOutcome> TerminateAsync(string instanceId, string? reason, CancellationToken cancellationToken) =>
        MoveAsync(instanceId, RuntimeStatus.Terminated, "terminate", reason);

    public Task<OperationOutcome> PurgeAsync(string instanceId, CancellationToken cancellationToken)
    {
        Note($"purge {instanceId}");
        if (!_instances.TryGetValue(instanceId, out var instance)) return Task.FromResult(OperationOutcome.NotFound);
        if (!instance.HasEnded) return Task.FromResult(OperationOutcome.NotAllowed);
        _instances.TryRemove(instanceId, out _);
        return Task.FromResult(OperationOutcome.Accepted);
    }

    public Task<OperationOutcome> RestartAsync(string instanceId, string? input, CancellationToken cancellationToken)
    {
        if (StartFails is { } error) throw error;
        Note($"restart {instanceId} {input}");
        if (!_instances.TryGetValue(instanceId, out var instance)) return Task.FromResult(OperationOutcome.NotFound);
        if (!instance.HasEnded) return Task.FromResult(OperationOutcome.NotAllowed);
        _ends[instanceId] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _instances[instanceId] = instance with { Status = RuntimeStatus.Running, Input = input, Failure = null };
        return Task.FromResult(OperationOutcome.Accepted);
    }

    public async Task<OrchestrationInstance?> WaitAsync(string instanceId, CancellationToken cancellationToken)
    {
        if (!_instances.ContainsKey(instanceId)) return null;
        await _ends[instanceId].Task.WaitAsync(cancellationToken);
        return _instances.GetValueOrDefault(instanceId);
    }

    /// <summary>By instance, in place of what would be made up.</summary>
    public Dictionary<string, IReadOnlyList<HistoryEntry>> Histories { get; } = [];

    /// <summary>The instances whose history the engine does not give.</summary>
    public HashSet<string> UnreadableHistories { get; } = [];

    public Task<IReadOnlyList<HistoryEntry>> GetHistoryAsync(string instanceId, CancellationToken cancellationToken) => UnreadableHistories.Contains(instanceId)
        ? Task.FromException<IReadOnlyList<HistoryEntry>>(new IOException("The history cannot be read."))
        : Task.FromResult(Histories.TryGetValue(instanceId, out var told) ? told : _instances.TryGetValue(instanceId, out var instance)
            ?
            [
                new(instance.CreatedAt, "ExecutionStarted", instance.Name, null, instance.Input),
                new(instance.CreatedAt, "TaskScheduled", "Prepare", 0, "{}"),
                new(instance.LastUpdatedAt, "TaskCompleted", null, 0, "{\"ok\":true}"),
                new(instance.LastUpdatedAt, "ExecutionCompleted", null, null, instance.Output),
            ]
            : []);

    /// <summary>Moves an instance as the engine itself would, such as to <see cref="RuntimeStatus.Failed"/>.</summary>
    public void Set(string instanceId, RuntimeStatus status, string? failure = null)
    {
        _instances[instanceId] = _instances[instanceId] with { Status = status, Failure = failure, LastUpdatedAt = time.GetUtcNow() };
        if (_instances[instanceId].HasEnded) _ends[instanceId].TrySetResult();
    }

    /// <summary>As if the task's orchestration had failed it.</summary>
    public async Task FailAsync(string id)
    {
        await RecordAsync(TaskId.Parse(id), timeline => timeline.End(
            TaskState.Failed, new TaskResult(TaskOutcome.Failed, "broke"), "step_failed", time.GetUtcNow(), new TaskError("step_failed", "broke", "1.1")));
        Set(id, RuntimeStatus.Failed, "broke");
    }

    public void Note(string call)
    {
        lock (Calls) Calls.Add(call);
    }

    private async Task RunAsync(TaskId id, string input)
    {
        Set(id.Value, RuntimeStatus.Running);
        using var body = JsonDocument.Parse(input);
        var request = admission.Read(body.RootElement).Request!;
        await store.TryWriteRecordAsync(id, TaskRecord.Created(id, request, time.GetUtcNow()), BlobCondition.Absent, CancellationToken.None);
        await RecordAsync(id, timeline =>
        {
            timeline.Transition(TaskState.Planning, "started", time.GetUtcNow());
            timeline.Transition(TaskState.Executing, "plan_given", time.GetUtcNow());
        });
        if (request.Plan!.Steps.Any(step => step.Command != "exit 0")) return;
        await RecordAsync(id, timeline =>
        {
            timeline.Transition(TaskState.Completing, "all_steps_done", time.GetUtcNow());
            timeline.End(TaskState.Completed, new TaskResult(TaskOutcome.Success, "Done."), "completed", time.GetUtcNow());
        });
        Set(id.Value, RuntimeStatus.Completed);
    }

    private async Task MoveAsync(TaskId id, TaskState to)
    {
        var stored = await store.ReadRecordAsync<TaskRecord>(id, CancellationToken.None);
        if (!TaskLifecycle.CanMove(stored!.Value.State, to)) return;
        await RecordAsync(id, timeline => timeline.Transition(to, "test", time.GetUtcNow(), detail: to == TaskState.Paused ? "operator" : null));
    }

    private async Task CheckpointAsync(TaskId id, string? payload)
    {
        var command = JsonSerializer.Deserialize<OperatorCommand>(payload!, TaskJson.Options)!;
        var number = Interlocked.Increment(ref _checkpoints);
        var taken = await TakenCheckpoints.WriteAsync(blobs, id.Value, number, $"{number:d16}", CheckpointType.Manual, command.Reason);
        await RecordAsync(id, timeline => timeline.CheckpointTaken(taken.Reference, "As asked.", command.By, command.Reason, time.GetUtcNow()));
    }

    private async Task CancelAsync(TaskId id, string? payload)
    {
        var command = payload is null ? null : JsonSerializer.Deserialize<OperatorCommand>(payload, TaskJson.Options);
        await RecordAsync(id, timeline => timeline.End(
            TaskState.Cancelled, new TaskResult(TaskOutcome.Cancelled, null), "cancel", time.GetUtcNow(), by: command?.By, reason: command?.Reason));
        Set(id.Value, RuntimeStatus.Completed);
    }

    private async Task RecordAsync(TaskId id, Action<TaskTimeline> happen)
    {
        var stored = await store.ReadRecordAsync<TaskRecord>(id, CancellationToken.None);
        var timeline = stored!.Value.ContinueTimeline();
        happen(timeline);
        var entries = timeline.TakePending();
        await store.AppendTimelineAsync(id, entries, CancellationToken.None);
        var task = stored.Value.Apply(entries);
        await store.TryWriteRecordAsync(id, task, BlobCondition.None, CancellationToken.None);
        _instances[id.Value] = _instances[id.Value] with
        {
            CustomStatus = JsonSerializer.Serialize(new { task.State }, TaskJson.Options),
            Output = task.Result is { } result ? JsonSerializer.Serialize(result, TaskJson.Options) : null,
        };
    }

    private Task<OperationOutcome> MoveAsync(string instanceId, RuntimeStatus status, string call, string? reason = null)
    {
        Note($"{call} {instanceId}");
        var outcome = Check(instanceId);
        if (outcome == OperationOutcome.Accepted) Set(instanceId, status, reason);
        return Task.FromResult(outcome);
    }

    private static bool Matches(InstanceFilter filter, OrchestrationInstance instance) =>
        (filter.IdPrefix is null || instance.InstanceId.StartsWith(filter.IdPrefix, StringComparison.Ordinal))
        && (filter.Statuses.Count == 0 || filter.Statuses.Contains(instance.Status))
        && !(instance.CreatedAt < filter.CreatedFrom) && !(instance.CreatedAt > filter.CreatedTo);

    private OperationOutcome Check(string instanceId) =>
        !_instances.TryGetValue(instanceId, out var instance) ? OperationOutcome.NotFound
        : instance.HasEnded ? OperationOutcome.NotAllowed
        : OperationOutcome.Accepted;

    private static OrchestrationInstance View(OrchestrationInstance instance, bool payloads) =>
        payloads ? instance : instance with { Input = null, Output = null, CustomStatus = null, Failure = null };
}
