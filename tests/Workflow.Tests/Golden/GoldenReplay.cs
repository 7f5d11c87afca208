using System.Collections.Concurrent;
using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableAgentTasks.Workflow.Tests.Golden;

/// <summary>
/// Runs an orchestration against the recorded history of one generation: whatever came in comes again in the same order, and what the
/// code decides must be what was decided then, by name, input and order. Inputs may have gained properties since, and may leave out what is null.
/// </summary>
internal sealed class GoldenReplay : IDurableContext
{
    private readonly IReadOnlyList<HistoryEntry> _history;
    private readonly IReadOnlyList<HistoryEntry> _decisions;
    private readonly Func<DateTimeOffset, Guid> _newGuid;
    private readonly Thread _thread = new();
    private readonly Dictionary<int, Action<HistoryEntry>> _open = [];
    private readonly Dictionary<string, Action<HistoryEntry>> _waits = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<HistoryEntry> _early = [];
    private readonly List<string> _differences = [];
    private int _decided;
    private bool _continued;

    /// <summary>Whether the history comes to the end of the generation, or was cut before.</summary>
    private bool IsWhole => _history[^1].Type is GoldenLife.ContinuedAsNew or GoldenLife.Failed or "ExecutionCompleted";

    private GoldenReplay(string instanceId, IReadOnlyList<HistoryEntry> history, Func<DateTimeOffset, Guid>? newGuid)
    {
        InstanceId = instanceId;
        _history = history;
        _decisions = [.. history.Where(entry => entry.Type is "TaskScheduled" or "TimerCreated")];
        var guids = new Queue<HistoryEntry>(history.Where(entry => entry.Type == GoldenLife.MadeGuid));
        _newGuid = newGuid ?? (_ => guids.TryDequeue(out var made) ? Read<Guid>(made) : Guid.Empty);
    }

    public string InstanceId { get; }

    public DateTimeOffset CurrentUtcDateTime { get; private set; }

    /// <param name="instanceId">Whose history it is.</param>
    /// <param name="history">Of one generation.</param>
    /// <param name="orchestration">What is held against it.</param>
    /// <param name="newGuid">Makes its ids by the clock; <see langword="null"/>: they are recorded.</param>
    /// <returns>Where the orchestration does something else than what is recorded; empty if nowhere.</returns>
    public static IReadOnlyList<string> Run(
        string instanceId, IReadOnlyList<HistoryEntry> history, Func<IDurableContext, Task<JsonElement>> orchestration, Func<DateTimeOffset, Guid>? newGuid = null)
    {
        var replay = new GoldenReplay(instanceId, history, newGuid);
        replay._thread.Run(() => replay.Run(orchestration));
        return replay._differences;
    }

    public T? GetInput<T>() => Read<T>(_history[0]);

    public Guid NewGuid() => _newGuid(CurrentUtcDateTime);

    public Task<T> CallActivityAsync<T>(string name, object? input)
    {
        var result = new TaskCompletionSource<T>();
        var scheduled = Decide($"activity {name}", entry => entry.Name == name, input);
        if (scheduled is not null) _open[scheduled.Number!.Value] = completed => result.SetResult(Read<T>(completed)!);
        return result.Task;
    }

    public Task CreateTimerAsync(DateTimeOffset fireAt, CancellationToken cancellationToken)
    {
        var result = new TaskCompletionSource();
        var created = Decide($"timer at {fireAt:O}", entry => entry.FireAt == fireAt, null);
        if (created is not null) _open[created.Number!.Value] = _ => result.TrySetResult();
        cancellationToken.Register(() => result.TrySetCanceled(cancellationToken));
        return result.Task;
    }

    public Task<T?> WaitForExternalEventAsync<T>(string name)
    {
        var result = new TaskCompletionSource<T?>();
        var early = _early.Find(entry => name.Equals(entry.Name, StringComparison.OrdinalIgnoreCase));
        if (early is null) _waits.Add(name, raised => result.SetResult(Read<T>(raised)));
        else
        {
            _early.Remove(early);
            result.SetResult(Read<T>(early));
        }

        return result.Task;
    }

    public void SetCustomStatus(object? status)
    {
    }

    public void ContinueAsNew(object? input)
    {
        _continued = true;
        Compare(GoldenLife.ContinuedAsNew, JsonSerializer.SerializeToElement(input, TaskJson.Options), without: "runTaskVersion");
    }

    public ILogger CreateReplaySafeLogger(string category) => NullLogger.Instance;

    private void Run(Func<IDurableContext, Task<JsonElement>> orchestration)
    {
        Task<JsonElement>? run = null;
        foreach (var entry in _history)
        {
            if (entry.Type is "TaskScheduled" or "TimerCreated" or GoldenLife.MadeGuid || IsWhole && entry == _history[^1]) continue;
            CurrentUtcDateTime = entry.Time;
            if (entry.Type == "ExecutionStarted") run = orchestration(this);
            else if (entry.Type == "EventRaised") Raise(entry);
            else if (_open.Remove(entry.Number!.Value, out var complete)) complete(entry);
            else _differences.Add($"{entry.Type} of #{entry.Number}, which was not decided.");
            _thread.Pump();
        }

        if (_decided < _decisions.Count) _differences.Add($"{Describe(_decisions[_decided])} was decided then, and nothing is now.");
        if (!IsWhole || _continued) return;
        if (run is { IsFaulted: true }) Compare(GoldenLife.Failed, JsonSerializer.SerializeToElement(Describe(run.Exception!.InnerException!)), without: "");
        else if (run is { IsCompletedSuccessfully: true }) Compare("ExecutionCompleted", run.Result, without: "");
        else _differences.Add("It does not come to its end.");
    }

    private void Raise(HistoryEntry entry)
    {
        if (_waits.Remove(entry.Name!, out var complete)) complete(entry);
        else _early.Add(entry);
    }

    private HistoryEntry? Decide(string what, Predicate<HistoryEntry> isSame, object? input)
    {
        var then = _decided < _decisions.Count ? _decisions[_decided] : null;
        _decided++;
        if (then is null && !IsWhole) return null;
        if (then is null || !isSame(then))
        {
            _differences.Add($"It decides: {what}. Then it was: {(then is null ? "nothing more" : Describe(then))}.");
            return null;
        }

        var now = JsonSerializer.SerializeToElement(input, TaskJson.Options);
        if (then.Payload is not null && Differing(Read<JsonElement>(then), now, without: "") is { } path) _differences.Add($"Of {what} {path}.");
        return then;
    }

    private void Compare(string end, JsonElement now, string without)
    {
        if (!IsWhole) return;
        var then = _history[^1];
        if (then.Type != end) _differences.Add($"It ends with {end}. Then it was {then.Type}.");
        else if (Differing(Read<JsonElement>(then), now, without) is { } path) _differences.Add($"Of {end} {path}.");
    }

    private static string? Differing(JsonElement then, JsonElement now, string without, string path = "$")
    {
        if (then.ValueKind == JsonValueKind.Object && now.ValueKind == JsonValueKind.Object)
        {
            return then.EnumerateObject()
                .Where(property => property.Name != without)
                .Select(property => Differing(property.Value, now.TryGetProperty(property.Name, out var other) ? other : default, "", $"{path}.{property.Name}"))
                .FirstOrDefault(found => found is not null);
        }

        if (then.ValueKind == JsonValueKind.Array && now.ValueKind == JsonValueKind.Array && then.GetArrayLength() == now.GetArrayLength())
        {
            return then.EnumerateArray().Zip(now.EnumerateArray()).Index()
                .Select(pair => Differing(pair.Item.First, pair.Item.Second, "", $"{path}[{pair.Index}]"))
                .FirstOrDefault(found => found is not null);
        }

        var isSame = now.ValueKind == JsonValueKind.Undefined ? then.ValueKind == JsonValueKind.Null : JsonElement.DeepEquals(then, now);
        return isSame ? null
            : $"{path} is {(now.ValueKind == JsonValueKind.Undefined ? "missing" : now.GetRawText())} and was {then.GetRawText()}";
    }

    private static string Describe(Exception error) => $"{error.GetType().Name}: {error.Message}";

    private static string Describe(HistoryEntry entry) =>
        entry.Type == "TimerCreated" ? $"timer at {entry.FireAt:O}" : $"activity {entry.Name}";

    private static T? Read<T>(HistoryEntry entry) => JsonSerializer.Deserialize<T>(entry.Payload!, TaskJson.Options);

    /// <summary>The orchestration's own thread.</summary>
    private sealed class Thread : SynchronizationContext
    {
        private readonly ConcurrentQueue<(SendOrPostCallback Act, object? State)> _posted = [];

        public override void Post(SendOrPostCallback d, object? state) => _posted.Enqueue((d, state));

        public void Run(Action act)
        {
            var before = Current;
            SetSynchronizationContext(this);
            try
            {
                act();
            }
            finally
            {
                SetSynchronizationContext(before);
            }
        }

        public void Pump()
        {
            while (_posted.TryDequeue(out var posted)) posted.Act(posted.State);
        }
    }
}
