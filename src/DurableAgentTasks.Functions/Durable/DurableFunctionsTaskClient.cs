using System.Runtime.CompilerServices;
using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using Grpc.Core;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace DurableAgentTasks.Functions.Durable;

/// <summary>
/// Durable Functions' client as the port. Functions get theirs by a binding only; every function hands it over (<see cref="Attach"/>),
/// and it outlives them.
/// </summary>
public sealed class DurableFunctionsTaskClient(TimeProvider time) : ITaskClient
{
    private static readonly OrchestrationRuntimeStatus[] EveryStatus = [.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses];
    private static readonly OrchestrationRuntimeStatus[] OpenStatuses =
        [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200), TakesEffectWithin = TimeSpan.FromSeconds(10);

    private DurableTaskClient? _client;

    private DurableTaskClient Client =>
        Volatile.Read(ref _client) ?? throw new EngineUnavailableException("The Functions host has not handed over its durable client yet. Try again in a moment.");

    /// <summary>The client of the function that runs.</summary>
    public void Attach(DurableTaskClient client) => Volatile.Write(ref _client, client);

    public async Task<StartOutcome> StartAsync(string name, string instanceId, string? input, CancellationToken cancellationToken)
    {
        // The framework would replace an instance that has ended.
        if (await GetAsync(instanceId, payloads: false, cancellationToken) is not null) return StartOutcome.IdTaken;
        var options = new StartOrchestrationOptions(instanceId).WithDedupeStatuses(EveryStatus);
        try
        {
            // Not cancellable: what was sent will happen, so the caller learns of it.
            await CallAsync(client => client.ScheduleNewOrchestrationInstanceAsync(name, Json(input), options, CancellationToken.None));
            return StartOutcome.Started;
        }
        catch (DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException)
        {
            return StartOutcome.IdTaken;
        }
    }

    public async Task<OrchestrationInstance?> GetAsync(string instanceId, bool payloads, CancellationToken cancellationToken) =>
        View(await CallAsync(client => client.GetInstanceAsync(instanceId, payloads, cancellationToken)), payloads);

    public Task<InstancePage> QueryAsync(InstanceQuery query, CancellationToken cancellationToken) =>
        CallAsync(client => NewestFirst.PageAsync(client, query, cancellationToken));

    public async IAsyncEnumerable<OrchestrationInstance> ListAsync(InstanceFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var all = Client.GetAllInstancesAsync(StorageFilter.Of(filter)).GetAsyncEnumerator(cancellationToken);
        while (await CallAsync(_ => all.MoveNextAsync().AsTask()))
        {
            if (StorageFilter.Matches(filter, all.Current.RuntimeStatus)) yield return View(all.Current, payloads: false)!;
        }
    }

    public Task<OperationOutcome> RaiseEventAsync(string instanceId, string eventName, string? payload, CancellationToken cancellationToken) =>
        IfAsync(instanceId, instance => !instance.HasEnded, client => client.RaiseEventAsync(instanceId, eventName, Json(payload ?? "null"), CancellationToken.None), cancellationToken);

    public Task<OperationOutcome> SuspendAsync(string instanceId, string? reason, CancellationToken cancellationToken) =>
        SwitchAsync(instanceId, suspended: true, client => client.SuspendInstanceAsync(instanceId, reason, CancellationToken.None), cancellationToken);

    public Task<OperationOutcome> ResumeAsync(string instanceId, string? reason, CancellationToken cancellationToken) =>
        SwitchAsync(instanceId, suspended: false, client => client.ResumeInstanceAsync(instanceId, reason, CancellationToken.None), cancellationToken);

    public Task<OperationOutcome> TerminateAsync(string instanceId, string? reason, CancellationToken cancellationToken) =>
        IfAsync(instanceId, instance => !instance.HasEnded, client => client.TerminateInstanceAsync(instanceId, (object?)reason, CancellationToken.None), cancellationToken);

    public Task<OperationOutcome> PurgeAsync(string instanceId, CancellationToken cancellationToken) =>
        IfAsync(instanceId, instance => instance.HasEnded, client => client.PurgeInstanceAsync(instanceId, CancellationToken.None), cancellationToken);

    public async Task<OperationOutcome> RestartAsync(string instanceId, string? input, CancellationToken cancellationToken)
    {
        if (await GetAsync(instanceId, payloads: false, cancellationToken) is not { } instance) return OperationOutcome.NotFound;
        if (!instance.HasEnded) return OperationOutcome.NotAllowed;
        try
        {
            // The framework replaces an instance that has ended, by itself and at once.
            var options = new StartOrchestrationOptions(instanceId).WithDedupeStatuses(OpenStatuses);
            await CallAsync(client => client.ScheduleNewOrchestrationInstanceAsync(instance.Name, Json(input), options, CancellationToken.None));
            return OperationOutcome.Accepted;
        }
        catch (DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException)
        {
            return OperationOutcome.NotAllowed;
        }
    }

    public async Task<OrchestrationInstance?> WaitAsync(string instanceId, CancellationToken cancellationToken)
    {
        if (await GetAsync(instanceId, payloads: false, cancellationToken) is null) return null;
        return View(await CallAsync(client => client.WaitForInstanceCompletionAsync(instanceId, getInputsAndOutputs: true, cancellationToken)), payloads: true);
    }

    public async Task<IReadOnlyList<HistoryEntry>> GetHistoryAsync(string instanceId, CancellationToken cancellationToken)
    {
        if (await GetAsync(instanceId, payloads: false, cancellationToken) is null) return [];
        return [.. (await CallAsync(client => client.GetOrchestrationHistoryAsync(instanceId, cancellationToken))).Select(HistoryEntries.Of)];
    }

    internal static OrchestrationInstance? View(OrchestrationMetadata? found, bool payloads) => found is null ? null : new OrchestrationInstance
    {
        InstanceId = found.InstanceId,
        Name = found.Name,
        Status = StorageFilter.StatusOf(found.RuntimeStatus),
        CreatedAt = found.CreatedAt,
        LastUpdatedAt = found.LastUpdatedAt,
        Input = payloads ? found.SerializedInput : null,
        Output = payloads && found.RuntimeStatus is OrchestrationRuntimeStatus.Completed ? found.SerializedOutput : null,
        CustomStatus = payloads && found.SerializedCustomStatus is not ("" or "null") ? found.SerializedCustomStatus : null,
        Failure = payloads ? FailureOf(found) : null,
    };

    private static string? FailureOf(OrchestrationMetadata found) => found switch
    {
        { FailureDetails: { } details } => $"{details.ErrorType}: {details.ErrorMessage}",
        { RuntimeStatus: OrchestrationRuntimeStatus.Terminated, SerializedOutput: ['"', ..] reason } => JsonSerializer.Deserialize<string>(reason),
        { RuntimeStatus: OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated } => found.SerializedOutput,
        _ => null,
    };

    /// <summary>
    /// Suspends or resumes. The framework refuses what is in effect already, by a status that follows what was asked for by a moment. So
    /// that the one can be asked for after the other, this returns when the status tells it, if that is soon.
    /// </summary>
    private async Task<OperationOutcome> SwitchAsync(
        string instanceId, bool suspended, Func<DurableTaskClient, Task> act, CancellationToken cancellationToken)
    {
        bool IsInEffect(OrchestrationInstance instance) => instance.Status == RuntimeStatus.Suspended == suspended;

        if (await GetAsync(instanceId, payloads: false, cancellationToken) is not { } before) return OperationOutcome.NotFound;
        if (before.HasEnded) return OperationOutcome.NotAllowed;
        if (IsInEffect(before)) return OperationOutcome.Accepted;
        var asked = time.GetTimestamp();
        await SendAsync(act);
        using var tick = new PeriodicTimer(LookEvery, time);
        while (time.GetElapsedTime(asked) < TakesEffectWithin
            && await GetAsync(instanceId, payloads: false, cancellationToken) is { HasEnded: false } now && !IsInEffect(now))
        {
            await tick.WaitForNextTickAsync(cancellationToken);
        }

        return OperationOutcome.Accepted;
    }

    /// <summary>What is sent to an instance that is not there, or has ended, would be lost without a word.</summary>
    private async Task<OperationOutcome> IfAsync(
        string instanceId, Predicate<OrchestrationInstance> allowed, Func<DurableTaskClient, Task> act, CancellationToken cancellationToken)
    {
        if (await GetAsync(instanceId, payloads: false, cancellationToken) is not { } instance) return OperationOutcome.NotFound;
        if (!allowed(instance)) return OperationOutcome.NotAllowed;
        await SendAsync(act);
        return OperationOutcome.Accepted;
    }

    private async Task SendAsync(Func<DurableTaskClient, Task> act) => await CallAsync(async client =>
    {
        await act(client);
        return true;
    });

    private async Task<T> CallAsync<T>(Func<DurableTaskClient, Task<T>> act)
    {
        try
        {
            return await act(Client);
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.Cancelled)
        {
            throw new OperationCanceledException(error.Status.Detail, error);
        }
        catch (RpcException error)
        {
            throw new EngineUnavailableException($"Durable Functions answers {error.StatusCode}: {error.Status.Detail}", error);
        }
    }

    private static JsonElement? Json(string? payload) => payload is null ? null : JsonSerializer.Deserialize<JsonElement>(payload, TaskJson.Options);
}
