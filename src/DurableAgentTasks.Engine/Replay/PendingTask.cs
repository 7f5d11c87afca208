using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Engine.History;
using DurableAgentTasks.Workflow;

namespace DurableAgentTasks.Engine.Replay;

/// <summary>An activity whose result is not known yet.</summary>
internal abstract class PendingActivity(HistoryEvent scheduled)
{
    public HistoryEvent Scheduled { get; } = scheduled;

    public abstract void Complete(HistoryEvent result);
}

internal sealed class PendingActivity<T>(HistoryEvent scheduled) : PendingActivity(scheduled)
{
    private readonly TaskCompletionSource<T> _source = new();

    public Task<T> Task => _source.Task;

    public override void Complete(HistoryEvent result)
    {
        if (result.Kind == EventKind.TaskFailed)
        {
            _source.SetException(new ActivityFailedException(Scheduled.Name!, result.Name!, result.Text!));
            return;
        }

        try
        {
            _source.SetResult(EngineJson.Read<T>(result.Payload)!);
        }
        catch (JsonException error)
        {
            _source.SetException(error);
        }
    }
}

/// <summary>A timer that has neither fired nor been cancelled.</summary>
internal sealed class PendingTimer(HistoryEvent created) : TaskCompletionSource
{
    public HistoryEvent Created { get; } = created;

    public CancellationTokenRegistration Registration { get; set; }

    public void Fire()
    {
        Registration.Dispose();
        TrySetResult();
    }
}

/// <summary>A wait for an external event.</summary>
internal abstract class PendingWait
{
    public abstract void Complete(byte[]? payload);
}

internal sealed class PendingWait<T> : PendingWait
{
    private readonly TaskCompletionSource<T?> _source = new();

    public Task<T?> Task => _source.Task;

    public override void Complete(byte[]? payload)
    {
        try
        {
            _source.SetResult(EngineJson.Read<T>(payload));
        }
        catch (JsonException error)
        {
            _source.SetException(error);
        }
    }
}

/// <summary>Payloads as JSON in UTF-8.</summary>
internal static class EngineJson
{
    public static byte[]? Write(object? value) =>
        value is null ? null : JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), TaskJson.Options);

    public static T? Read<T>(byte[]? payload) =>
        payload is null ? default : JsonSerializer.Deserialize<T>(payload, TaskJson.Options);
}
