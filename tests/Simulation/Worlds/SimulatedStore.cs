using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Simulation.Worlds;

/// <summary>What is stored of the task: its timeline, and the record that is its fold.</summary>
internal sealed class SimulatedStore(World world)
{
    private readonly List<TimelineEntry> _timeline = [];
    private readonly List<string> _texts = [];

    /// <summary><see langword="null"/> until the task was prepared.</summary>
    public TaskRecord? Record { get; private set; }

    public IReadOnlyList<TimelineEntry> Timeline => _timeline;

    /// <summary>The highest number that a call of the task's runner had.</summary>
    public long Fence { get; set; }

    public void Create(TaskRecord record) => Record ??= record;

    /// <summary>Hands the record to a new generation of the task.</summary>
    public TaskRecord Revive(DateTimeOffset at) => Record = Record?.Revive(at) ?? throw new InvalidOperationException("The task has no record.");

    /// <summary>Adds entries; those that are there already must be the same.</summary>
    public void Write(IReadOnlyList<TimelineEntry> entries)
    {
        var isNew = false;
        foreach (var entry in entries)
        {
            // Of a generation before.
            if (entry.Epoch < Record!.Epoch) continue;

            var text = JsonSerializer.Serialize(entry, TaskJson.Options);
            if (entry.Number > _timeline.Count) isNew |= Append(entry, text);
            else if (_texts[(int)entry.Number - 1] != text) world.Fail($"Entry {entry.Number} was written as {_texts[(int)entry.Number - 1]} and again as {text}.");
        }

        if (isNew) world.Rules.Recorded(entries);
    }

    private bool Append(TimelineEntry entry, string text)
    {
        try
        {
            Record = Record!.Apply(entry);
        }
        catch (Exception error) when (error is TimelineException or InvalidTransitionException)
        {
            world.Fail($"The timeline does not hold together: {error.Message}");
            return false;
        }

        _timeline.Add(entry);
        _texts.Add(text);
        world.Trace?.Add($"  [{entry.Number}] {entry.Time:HH:mm:ss} {Describe(entry)}");
        return true;
    }

    public StepRun? StepOf(string id) => Record?.Steps.Find(step => step.Id == id);

    public bool IsOver(string id) => StepOf(id)?.Status is WorkStatus.Completed or WorkStatus.Skipped;

    private static string Describe(TimelineEntry entry) => entry.Type switch
    {
        TimelineTypes.Transition => $"{WireName.Of(entry.From!.Value)} -> {WireName.Of(entry.To!.Value)} ({entry.Trigger}{(entry.By is null ? "" : $" by {entry.By}")}) {Shorten(entry.Data?.ToString())}",
        _ => $"{entry.Type} {entry.Trigger} {entry.By} {Shorten(entry.Data?.ToString() ?? entry.Reason)}",
    };

    private static string? Shorten(string? text) => text is { Length: > 160 } ? text[..160] + "…" : text;
}
