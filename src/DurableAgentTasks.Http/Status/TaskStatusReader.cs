using System.Text.Json;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Tasks;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Http.Status;

/// <summary>Where a task stands: its stored record or, before there is one, its start; corrected by the engine.</summary>
internal sealed partial class TaskStatusReader(TaskStore store, ITaskClient client, TaskAdmission admission, ILogger<TaskStatusReader> logger)
{
    /// <summary><see langword="null"/> if there is no such task.</summary>
    public async Task<TaskRecord?> ReadAsync(TaskId id, CancellationToken cancellationToken)
    {
        var instance = await client.GetAsync(id.Value, payloads: false, cancellationToken);
        return await ReadAsync(id, instance, cancellationToken);
    }

    /// <inheritdoc cref="ReadAsync(TaskId, CancellationToken)"/>
    /// <param name="id">Which task.</param>
    /// <param name="instance">Of the engine, without payloads; <see langword="null"/> if it has none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<TaskRecord?> ReadAsync(TaskId id, OrchestrationInstance? instance, CancellationToken cancellationToken)
    {
        if (await ReadStoredAsync(id, cancellationToken) is not { } task) return null;
        instance = await WithFailureAsync(task, instance, cancellationToken);
        var suspended = EngineCorrection.NeedsHistory(task, instance) ? Suspension.PresentSince(await client.GetHistoryAsync(id.Value, cancellationToken)) : null;
        return EngineCorrection.Apply(task, instance, suspended);
    }

    /// <summary>As one of many: since when it is suspended is told as the engine's list says it, without a look at its history.</summary>
    /// <inheritdoc cref="ReadAsync(TaskId, OrchestrationInstance, CancellationToken)"/>
    public async Task<TaskRecord?> ReadListedAsync(TaskId id, OrchestrationInstance instance, CancellationToken cancellationToken)
    {
        if (await ReadStoredAsync(id, cancellationToken) is not { } task) return null;
        return EngineCorrection.Apply(task, await WithFailureAsync(task, instance, cancellationToken), suspendedSince: null);
    }

    /// <summary>Without the engine's word. Of a record that is damaged the start and the timeline tell the same.</summary>
    public async Task<TaskRecord?> ReadStoredAsync(TaskId id, CancellationToken cancellationToken)
    {
        try
        {
            if (await store.ReadRecordAsync<TaskRecord>(id, cancellationToken) is { } stored) return stored.Value;
        }
        catch (JsonException error)
        {
            LogDamaged(logger, id, error);
            return (await ReadStartAsync(id, cancellationToken))?.Apply(await store.ReadTimelineAsync(id, cancellationToken));
        }

        return await ReadStartAsync(id, cancellationToken);
    }

    private async Task<TaskRecord?> ReadStartAsync(TaskId id, CancellationToken cancellationToken)
    {
        try
        {
            return await store.ReadStartAsync(id, cancellationToken) is { } start ? TaskRecord.Created(id, RequestOf(start), start.CreatedAt) : null;
        }
        catch (JsonException error)
        {
            LogDamaged(logger, id, error);
            return null;
        }
    }

    private async Task<OrchestrationInstance?> WithFailureAsync(TaskRecord task, OrchestrationInstance? instance, CancellationToken cancellationToken) =>
        EngineCorrection.NeedsFailure(task, instance) ? await client.GetAsync(task.Id.Value, payloads: true, cancellationToken) : instance;

    /// <summary>The request of a start. What this host's rules no longer allow is shown as far as it can be.</summary>
    private TaskRequest RequestOf(TaskStart start) =>
        TaskRequestReader.Read(start.Request, admission.Rules).Request
        ?? new TaskRequest { Agent = TextOf(start.Request, "agent") ?? "unknown", AgentId = TextOf(start.Request, "agentId"), Workspace = new() };

    [LoggerMessage(Level = LogLevel.Error, Message = "What is stored of task {Task} is damaged. A record is told anew from its start and timeline; without a start the task is not shown.")]
    private static partial void LogDamaged(ILogger logger, TaskId task, Exception error);

    private static string? TextOf(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
