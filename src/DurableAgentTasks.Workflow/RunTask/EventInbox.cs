using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>
/// The external events of one generation, in the order they came. A wait for each name is open at all times: an event is never left for
/// a later moment, in which it would mean something else. What has come and was not taken must not be left behind by a generation.
/// </summary>
internal sealed class EventInbox
{
    private const int MaxText = 1_000;

    private static readonly string[] Names =
    [
        OperatorEvents.Cancel, OperatorEvents.Pause, OperatorEvents.Resume, OperatorEvents.Extend, OperatorEvents.Checkpoint,
        OperatorEvents.Approve, OperatorEvents.Reject, TaskActivities.Turn,
    ];

    private readonly Queue<(string Name, OperatorCommand Said)> _events = [];
    private TaskCompletionSource _arrival = new();

    public EventInbox(IDurableContext context)
    {
        // They end with the generation.
        foreach (var name in Names) _ = ListenAsync(context, name);
    }

    /// <summary>Completed while there is something to take.</summary>
    public Task Arrival => _arrival.Task;

    /// <summary>How many have come.</summary>
    public int Count { get; private set; }

    public IReadOnlyList<(string Name, OperatorCommand Said)> Take()
    {
        if (_events.Count == 0) return [];
        (string, OperatorCommand)[] taken = [.. _events];
        _events.Clear();
        _arrival = new();
        return taken;
    }

    private async Task ListenAsync(IDurableContext context, string name)
    {
        while (true)
        {
            var payload = await context.WaitForExternalEventAsync<JsonElement>(name);
            _events.Enqueue((name, Read(payload)));
            Count++;
            _arrival.TrySetResult();
        }
    }

    /// <summary>Who raises the event natively may write anything; it has its effect all the same.</summary>
    private static OperatorCommand Read(JsonElement payload) =>
        new(Text(payload, "by"), Text(payload, "reason"))
        {
            Mode = WireName.TryParse<PauseMode>(Text(payload, "mode"), out var mode) ? mode : null,
            CheckpointId = Text(payload, "checkpointId"),
            StepId = Text(payload, "stepId"),
            Duration = Core.Json.Duration.TryParse(Text(payload, "duration"), out var duration) ? duration : null,
            Scope = WireName.TryParse<ExtensionScope>(Text(payload, "scope"), out var scope) ? scope : null,
            Emergency = payload.ValueKind == JsonValueKind.Object && payload.TryGetProperty("emergency", out var flag) && flag.ValueKind == JsonValueKind.True,
        };

    private static string? Text(JsonElement payload, string name)
    {
        if (payload.ValueKind != JsonValueKind.Object || !payload.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String) return null;
        try
        {
            var text = value.GetString()!;
            return text.Length <= MaxText ? text : $"{text[..(MaxText - 1)]}…";
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair is valid JSON, but no text.
            return null;
        }
    }
}
