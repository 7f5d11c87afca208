using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Workflow.Tests.Golden;

/// <summary>Writes down one generation as its orchestration sees it: what it decides, and what of that comes back, in the order of both.</summary>
internal sealed class GoldenRecorder(IDurableContext context, List<HistoryEntry> life) : IDurableContext
{
    private int _decisions;

    public string InstanceId => context.InstanceId;

    public DateTimeOffset CurrentUtcDateTime => context.CurrentUtcDateTime;

    public static GoldenRecorder Begin(IDurableContext context, List<HistoryEntry> life)
    {
        var recorder = new GoldenRecorder(context, life);
        recorder.Add("ExecutionStarted", null, null, context.GetInput<JsonElement>());
        return recorder;
    }

    public T? GetInput<T>() => context.GetInput<T>();

    public Guid NewGuid()
    {
        var made = context.NewGuid();
        Add(GoldenLife.MadeGuid, null, null, made);
        return made;
    }

    public async Task<T> CallActivityAsync<T>(string name, object? input)
    {
        var number = _decisions++;
        Add("TaskScheduled", name, number, input);
        var result = await context.CallActivityAsync<T>(name, input);
        Add("TaskCompleted", null, number, result);
        return result;
    }

    public async Task CreateTimerAsync(DateTimeOffset fireAt, CancellationToken cancellationToken)
    {
        var number = _decisions++;
        life.Add(new HistoryEntry(CurrentUtcDateTime, "TimerCreated", null, number, null) { FireAt = fireAt });
        await context.CreateTimerAsync(fireAt, cancellationToken);
        life.Add(new HistoryEntry(CurrentUtcDateTime, "TimerFired", null, number, null));
    }

    public async Task<T?> WaitForExternalEventAsync<T>(string name)
    {
        var payload = await context.WaitForExternalEventAsync<T>(name);
        Add("EventRaised", name, null, payload);
        return payload;
    }

    public void SetCustomStatus(object? status) => context.SetCustomStatus(status);

    public void ContinueAsNew(object? input)
    {
        Add(GoldenLife.ContinuedAsNew, null, null, input);
        context.ContinueAsNew(input);
    }

    public ILogger CreateReplaySafeLogger(string category) => context.CreateReplaySafeLogger(category);

    private void Add(string type, string? name, int? number, object? payload)
    {
        var said = payload is JsonElement { ValueKind: JsonValueKind.Undefined } ? null : payload; // An event that says nothing.
        life.Add(new HistoryEntry(CurrentUtcDateTime, type, name, number, JsonSerializer.Serialize(said, TaskJson.Options)));
    }
}
