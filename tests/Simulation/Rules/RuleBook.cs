using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Simulation.Worlds;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Simulation.Rules;

/// <summary>
/// What must hold whatever happens. That the timeline is gapless, written the same by every replay, and follows the state machine is held
/// by the store itself.
/// </summary>
internal sealed class RuleBook(World world)
{
    private const int LongestHistory = 1_500;
    private RunStep? _lastCall;

    /// <summary>One runner to a step, and a step that is recorded as begun, in a task that works, with a slot.</summary>
    public void Starts(SimulatedProcess process)
    {
        if (world.Machine.Alive.FirstOrDefault() is { } other) world.Fail($"{process.Key} begins while {other.Key} runs.");
        if (world.Store.Record is not { } record) world.Fail($"{process.Key} begins, and the task has no record.");
        else if (!Works(record.State) && !IsThawed(process.Key, record)) world.Fail($"{process.Key} begins while the task is {record.State} ({record.Detail}).");
        if (world.Store.StepOf(process.Key.Step) is not { Status: WorkStatus.InProgress } step || step.Attempts != process.Key.Number)
            world.Fail($"{process.Key} begins, and is recorded as {world.Store.StepOf(process.Key.Step)}.");
        if (!world.Queue.IsOurs && !world.ClockWasSet && world.Idle(TimeSpan.Zero, world.Time.Elapsed) < TimeSpan.FromMinutes(30))
            world.Fail($"{process.Key} begins without a slot.");
    }

    /// <summary>Calls of the runner are numbered: no two different ones have the same number.</summary>
    public void Called(RunStep call)
    {
        if (call.Fence == world.Store.Fence && _lastCall is { } last && Text(last) != Text(call)) world.Fail($"Two calls have the fence {call.Fence}: {Text(last)} and {Text(call)}.");
        if (call.Fence >= world.Store.Fence) _lastCall = call;
    }

    /// <summary>What is recorded is so.</summary>
    public void Recorded(IReadOnlyList<TimelineEntry> entries)
    {
        foreach (var entry in entries) Count(entry);
        var record = world.Store.Record!;
        if (Works(record.State) || record.State is TaskState.Resuming) return;
        foreach (var process in world.Machine.Alive.Where(process => !process.IsFrozen || record.State != TaskState.Paused))
            world.Fail($"{process.Key} runs while the task is {record.State} ({record.Detail}).");
    }

    /// <summary>Nothing writes to the tree that is restored.</summary>
    public void Restores()
    {
        if (world.Machine.Alive.FirstOrDefault() is { } process) world.Fail($"{process.Key} runs while a checkpoint is restored.");
    }

    /// <summary>A new generation numbers its calls on from what is stored.</summary>
    public void Revived() => _lastCall = null;

    /// <summary>The engine's end of an instance is the end that is recorded, and leaves nothing behind.</summary>
    public void HasEnded(OrchestrationInstance instance)
    {
        world.Coverage.Count($"instance: {instance.Status}");
        var state = world.Store.Record?.State;
        var expected = instance.Status switch
        {
            RuntimeStatus.Terminated => world.WasLost,
            RuntimeStatus.Completed => state is { } ended && TaskLifecycle.IsTerminal(ended),
            _ when IsFailure(instance, "TaskFailedException") => state is TaskState.Failed || world.Task.IsInvalid,
            _ => world.HasBroken && IsFailure(instance, "ActivityFailedException"),
        };
        if (!expected) world.Fail($"The instance is {instance.Status} ({instance.Failure}) while the task is {state}.");
        if (state is not { } recorded || !TaskLifecycle.HasEnded(recorded) || world.WasTerminated || world.HasBroken) return;
        if (world.Queue.KnowsUs) world.Fail($"The task is {recorded} and still has, or waits for, a slot.");
        if (world.Machine.Alive.FirstOrDefault() is { } process) world.Fail($"The task is {recorded} and {process.Key} runs.");
    }

    /// <summary>The history of a generation stays short.</summary>
    public void LookAtHistory()
    {
        if (world.Host.Client is not { } client) return;
        var length = client.GetHistoryAsync(World.TaskId, default).Result.Count;
        world.Coverage.Most("most records in a history", length);
        if (length > LongestHistory) world.Fail($"The history has {length} records.");
    }

    public void AtTheEnd()
    {
        world.Coverage.Count($"end: {world.Store.Record?.State.ToString() ?? "refused"}");
        world.Coverage.Most("most hours of a task", (long)world.Time.Elapsed.TotalHours);
        if (world.Store.Record is null) return;
        new OrderRules(world).Check();
        new OperatorActionRules(world).Check();
        if (world is { ClockWasSet: false, WasLost: false }) new TimeRules(world).Check();
    }

    public static bool Works(TaskState state) => state is TaskState.Planning or TaskState.Executing;

    /// <summary>What was thawed may be cut off, and begin again, before it is recorded that the task goes on.</summary>
    private bool IsThawed(AttemptKey key, TaskRecord record) => record.State == TaskState.Paused && world.Machine.AttemptOf(key).WasThawed;

    private static bool IsFailure(OrchestrationInstance instance, string type) => instance.Failure?.StartsWith(type, StringComparison.Ordinal) == true;

    private static string Text(RunStep call) => System.Text.Json.JsonSerializer.Serialize(call, TaskJson.Options);

    private void Count(TimelineEntry entry)
    {
        var what = entry.Type switch
        {
            TimelineTypes.Transition => $"state: {WireName.Of(entry.To!.Value)}",
            TimelineTypes.Step or TimelineTypes.Detail or TimelineTypes.Plan => $"entry: {entry.Trigger ?? entry.Type}",
            TimelineTypes.Recovery => $"recovery: {WireName.Of(entry.DataAs<RecoveryData>().Class)} -> {entry.Trigger}",
            _ => $"{entry.Type}: {entry.Trigger}",
        };
        world.Coverage.Count(what);
        if (entry.To == TaskState.Paused) world.Coverage.Count($"paused: {world.Store.Record!.Detail}");
    }
}
