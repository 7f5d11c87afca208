using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Queue;
using DurableAgentTasks.Storage.Tasks;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Http.Starting;

/// <summary>What came of a start.</summary>
internal enum StartResult
{
    /// <summary>The task is there, now or since an earlier request of the same key.</summary>
    Accepted,

    IdTaken,

    /// <summary>The key began another task.</summary>
    KeyReused,

    /// <summary>As many tasks wait as may.</summary>
    QueueFull,
}

/// <summary>
/// Starts tasks, each once.
/// <list type="number">
/// <item>A full queue takes no new task. Starts on their way to the queue are not counted: a few more than its limit may get in.</item>
/// <item>The start record is written, only if there is none of this id: it decides whose the id is.</item>
/// <item>If it was there already, the same key with the same body gives the first answer again.</item>
/// <item>The engine is told; a crash before that is made up for by the next request of the same key, or by reconciliation.</item>
/// <item>If the engine takes no new work, the record is taken back, so that the same id can be used again.</item>
/// </list>
/// </summary>
internal sealed partial class TaskStarts(TaskStore store, TaskQueue queue, ITaskClient client, ILogger<TaskStarts> logger)
{
    /// <exception cref="EngineUnavailableException">The engine takes no new work; nothing was kept.</exception>
    public async Task<(StartResult Result, TaskStart Start)> StartAsync(TaskStart start, CancellationToken cancellationToken)
    {
        // 1.
        if (await queue.IsFullAsync(cancellationToken) && await store.ReadStartAsync(start.Id, cancellationToken) is null) return (StartResult.QueueFull, start);

        // 2.
        var (created, stored) = await store.CreateAsync(start, cancellationToken);

        // 3.
        if (!created)
        {
            if (start.IdempotencyKeyHash is null || start.IdempotencyKeyHash != stored.IdempotencyKeyHash) return (StartResult.IdTaken, stored);
            if (start.RequestHash != stored.RequestHash) return (StartResult.KeyReused, stored);
            await EnsureScheduledAsync(stored, cancellationToken);
            return (StartResult.Accepted, stored);
        }

        try
        {
            // 4. Not cancellable from here on: a client that hangs up must not leave half a task.
            if (await ScheduleAsync(stored, CancellationToken.None)) return (StartResult.Accepted, stored);
        }
        catch (EngineUnavailableException)
        {
            await TakeBackAsync(start.Id);
            throw;
        }

        await TakeBackAsync(start.Id);
        return (StartResult.IdTaken, stored);
    }

    /// <summary>Schedules a task whose start was written, unless that was done.</summary>
    public async Task EnsureScheduledAsync(TaskStart start, CancellationToken cancellationToken)
    {
        // One that has a record ran: if the engine has it no more, it was purged, and must not run again.
        var known = await client.GetAsync(start.Id.Value, payloads: false, cancellationToken) is not null
            || await store.ReadRecordAsync<TaskRecord>(start.Id, cancellationToken) is not null;
        if (known) await store.MarkScheduledAsync(start.Id, CancellationToken.None);
        else await ScheduleAsync(start, CancellationToken.None);
    }

    public static string HashOf(IdempotencyKey key) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(key.Value)));

    /// <returns>Whether the engine has the task; <see langword="false"/> if it has another instance of this id.</returns>
    private async Task<bool> ScheduleAsync(TaskStart start, CancellationToken cancellationToken)
    {
        var outcome = await client.StartAsync(TaskOrchestration.Name, start.Id.Value, start.Request.GetRawText(), cancellationToken);
        if (outcome == StartOutcome.IdTaken && !await IsOursAsync(start, cancellationToken)) return false;
        await store.MarkScheduledAsync(start.Id, cancellationToken);
        return true;
    }

    /// <summary>Whether another process, which found the start record, was faster to schedule it.</summary>
    private async Task<bool> IsOursAsync(TaskStart start, CancellationToken cancellationToken)
    {
        if (await client.GetAsync(start.Id.Value, payloads: true, cancellationToken) is not { Input: { } input }) return false;
        using var document = JsonDocument.Parse(input);
        return CanonicalJson.Hash(document.RootElement) == start.RequestHash;
    }

    // 5.
    private async Task TakeBackAsync(TaskId task)
    {
        try
        {
            await store.TakeBackAsync(task, CancellationToken.None);
        }
        catch (IOException error)
        {
            // Its mark is still there: reconciliation starts the task once there is room.
            LogKept(logger, task, error);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The start of task {Task} could not be taken back; it will be started later.")]
    private static partial void LogKept(ILogger logger, TaskId task, Exception error);
}
