using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Simulation.Worlds;

namespace DurableAgentTasks.Simulation.Rules;

/// <summary>What operators did is recorded once, as they did it; and a cancel is not forgotten.</summary>
internal sealed class OperatorActionRules(World world)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private const string Refused = "_refused";

    private static bool IsRefusal(TimelineEntry entry) => entry.Type == TimelineTypes.Warning && entry.Trigger!.EndsWith(Refused, StringComparison.Ordinal);

    public void Check()
    {
        var recorded = new HashSet<string>();
        foreach (var entry in world.Store.Timeline)
        {
            if (entry.By is not { } by) continue;
            var raised = world.Operators.All.FirstOrDefault(raised => raised.By == by);
            if (raised is null) world.Fail($"Entry {entry.Number} is by {by}, who did nothing.");
            else if (entry.Type == TimelineTypes.Operator || IsRefusal(entry)) Check(entry, raised, recorded);
            else if (!recorded.Contains(by)) world.Fail($"Entry {entry.Number} is by {by}, whose action is not recorded before it.");
        }

        // What a generation had heard and not recorded is lost with it, if the storage is.
        if (world is { WasLost: false, ClockWasSet: false }) CheckCancel(recorded);
    }

    private void Check(TimelineEntry entry, Raised raised, HashSet<string> recorded)
    {
        var asked = IsRefusal(entry) ? entry.Trigger![..^Refused.Length] : entry.Trigger;
        if (!string.Equals(asked, raised.Name, StringComparison.OrdinalIgnoreCase)) world.Fail($"Entry {entry.Number} is a {entry.Trigger} by {entry.By}, who asked for {raised.Name}.");
        if (!recorded.Add(entry.By!)) world.Fail($"Entry {entry.Number} records the action of {entry.By} again.");
    }

    private void CheckCancel(HashSet<string> recorded)
    {
        var cancel = world.Operators.All.FirstOrDefault(raised => raised is { Name: OperatorEvents.Cancel, AcceptedAt: not null });
        if (cancel is not { By: { } by, AcceptedAt: { } at } || recorded.Contains(by)) return;
        if (world.Store.Timeline.Any(entry => OrderRules.IsRevival(world, entry))) return; // Its generation was near its end.
        var end = world.Store.Record!.CompletedAt;
        var patience = Patience + world.Idle(at, world.Time.Elapsed);
        if (end is null || end > world.Time.Start + at + patience) world.Fail($"The cancel by {by} was accepted at {at}, and is not recorded.");
    }
}
