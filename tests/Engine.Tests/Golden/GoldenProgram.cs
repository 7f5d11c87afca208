using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow;

namespace DurableAgentTasks.Engine.Tests.Golden;

/// <summary>
/// The orchestrations of the recorded histories, and how each is driven when it is recorded. Add to them, never edit one: its
/// history stands for what is on the disks of users.
/// </summary>
internal static class GoldenProgram
{
    private static readonly Activity<string, string> Echo = new("Echo");
    private static readonly Activity<string, string> Break = new("Break");

    /// <param name="Code">The orchestration.</param>
    /// <param name="Input">What it is started with.</param>
    /// <param name="DriveAsync">What happens to the instance, which has the scenario's name, after its start.</param>
    public sealed record Scenario(Func<IDurableContext, Task<string>> Code, string? Input, Func<ITaskClient, string, Task> DriveAsync);

    public static IReadOnlyDictionary<string, Scenario> Scenarios { get; } = new Dictionary<string, Scenario>(StringComparer.Ordinal)
    {
        ["sequence"] = new(SequenceAsync, "5", Nothing),
        ["fan-out"] = new(FanOutAsync, "4", Nothing),
        ["timers"] = new(TimersAsync, null, Nothing),
        ["failures"] = new(FailuresAsync, null, Nothing),
        ["events"] = new(EventsAsync, null, RaiseThreeAsync),
        ["generations"] = new(GenerationsAsync, "0", RaiseThreeAsync),
        ["suspended"] = new(EventsAsync, null, SuspendAndRaiseAsync),
        ["terminated"] = new(EventsAsync, null, (client, id) => client.TerminateAsync(id, "enough", default)),
        ["ids-and-status"] = new(IdsAndStatusAsync, "\"héllo\"", Nothing),
    };

    public static DurableRegistry Registry()
    {
        var registry = new DurableRegistry()
            .AddActivity(Echo, (text, _) => Task.FromResult(text))
            .AddActivity(Break, (text, _) => throw new InvalidOperationException(text));
        foreach (var (name, scenario) in Scenarios) registry.AddOrchestration(name, scenario.Code);
        return registry;
    }

    private static Task Nothing(ITaskClient client, string id) => Task.CompletedTask;

    private static async Task RaiseThreeAsync(ITaskClient client, string id)
    {
        for (var i = 1; i <= 3; i++) await client.RaiseEventAsync(id, i % 2 == 0 ? "ITEM" : "item", $"{i}", default);
    }

    private static async Task SuspendAndRaiseAsync(ITaskClient client, string id)
    {
        await client.RaiseEventAsync(id, "item", "0", default);
        await client.SuspendAsync(id, "lunch", default);
        await RaiseThreeAsync(client, id);
        await client.ResumeAsync(id, "back", default);
    }

    private static async Task<string> SequenceAsync(IDurableContext context)
    {
        var text = "";
        for (var i = 0; i < context.GetInput<int>(); i++) text = await context.CallAsync(Echo, $"{text}{i}");
        return text;
    }

    private static async Task<string> FanOutAsync(IDurableContext context) => string.Join(',', await Task.WhenAll(
        Enumerable.Range(0, context.GetInput<int>()).Select(async i => await context.CallAsync(Echo, await context.CallAsync(Echo, $"{i}")))));

    private static async Task<string> TimersAsync(IDurableContext context)
    {
        using var cancel = new CancellationTokenSource();
        var begun = context.CurrentUtcDateTime;
        var limit = context.CreateTimerAsync(begun.AddHours(4), cancel.Token);
        await context.CreateTimerAsync(begun.AddMilliseconds(20), CancellationToken.None);
        var first = await Task.WhenAny(limit, context.CallAsync(Echo, "x"));
        cancel.Cancel();
        return first == limit ? "limit" : "in time";
    }

    private static async Task<string> FailuresAsync(IDurableContext context)
    {
        try
        {
            await context.CallAsync(Break, "first");
        }
        catch (ActivityFailedException failure)
        {
            await context.CallAsync(Echo, failure.ErrorMessage);
        }

        return await context.CallAsync(Break, "second");
    }

    private static async Task<string> EventsAsync(IDurableContext context)
    {
        var got = "";
        while (got.Length < 3) got += await context.CallAsync(Echo, $"{await context.WaitForExternalEventAsync<int>("item")}");
        return got;
    }

    private static async Task<string> GenerationsAsync(IDurableContext context)
    {
        var sum = context.GetInput<int>();
        if (sum == 0) await context.CallAsync(Echo, "begin");
        sum += await context.WaitForExternalEventAsync<int>("Item");
        if (sum < 6) context.ContinueAsNew(sum);
        return await context.CallAsync(Echo, $"{sum}");
    }

    private static async Task<string> IdsAndStatusAsync(IDurableContext context)
    {
        context.SetCustomStatus(new { at = 1 });
        var id = await context.CallAsync(Echo, $"{context.NewGuid()} {context.NewGuid()} {context.CurrentUtcDateTime:O}");
        context.SetCustomStatus(new { at = 2, input = context.GetInput<string>() });
        return $"{id} {context.NewGuid()}";
    }
}
