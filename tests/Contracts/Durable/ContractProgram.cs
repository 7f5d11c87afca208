using DurableAgentTasks.Workflow;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Contracts.Durable;

/// <summary>The orchestrations that <see cref="DurableContextContract"/> runs. A host registers each under its name.</summary>
public static partial class ContractProgram
{
    public static IReadOnlyDictionary<string, Func<IDurableContext, Task<object?>>> Orchestrations { get; } =
        new Dictionary<string, Func<IDurableContext, Task<object?>>>(StringComparer.Ordinal)
        {
            ["Echo"] = async context => await context.CallAsync(ContractActivities.Echo, context.GetInput<string>()!),
            ["ReportFailure"] = ReportFailureAsync,
            ["CallUnknown"] = CallUnknownAsync,
            ["FanOut"] = FanOutAsync,
            ["NoteThenHold"] = NoteThenHoldAsync,
            ["Timer"] = TimerAsync,
            ["CancelTimer"] = CancelTimerAsync,
            ["ClockAndIds"] = ClockAndIdsAsync,
            ["Collect"] = CollectAsync,
            ["HoldThenCollect"] = HoldThenCollectAsync,
            ["SecondWait"] = SecondWaitAsync,
            ["CollectOverGenerations"] = CollectOverGenerationsAsync,
            ["LeaveEventUnhandled"] = LeaveEventUnhandledAsync,
            ["Status"] = StatusAsync,
            ["StatusTooLong"] = StatusTooLongAsync,
            ["StatusOverGenerations"] = StatusOverGenerationsAsync,
            ["LeaveActivityOpen"] = LeaveActivityOpenAsync,
            ["LeaveTimerOpen"] = LeaveTimerOpenAsync,
            ["ContinueWithActivityOpen"] = ContinueWithActivityOpenAsync,
            ["ContinueWithTimerOpen"] = ContinueWithTimerOpenAsync,
            ["TellStages"] = TellStagesAsync,
            ["TellTimer"] = TellTimerAsync,
            ["Who"] = context => Task.FromResult<object?>(context.InstanceId + " " + (context.GetInput<string>() ?? "nothing")),
            ["Throw"] = context => throw new InvalidOperationException(context.GetInput<string>()),
            ["Log"] = LogAsync,
        };

    private static async Task<object?> ReportFailureAsync(IDurableContext context)
    {
        try
        {
            return await context.CallAsync(ContractActivities.Fail, context.GetInput<string>()!);
        }
        catch (ActivityFailedException failure)
        {
            return $"{failure.Activity}|{failure.ErrorType}|{failure.ErrorMessage}";
        }
    }

    private static async Task<object?> CallUnknownAsync(IDurableContext context)
    {
        try
        {
            return await context.CallActivityAsync<string>("NoSuchActivity", null);
        }
        catch (ActivityFailedException failure)
        {
            return $"refused {failure.Activity}";
        }
    }

    private static async Task<object?> FanOutAsync(IDurableContext context)
    {
        var calls = Enumerable.Range(1, context.GetInput<int>()).Select(number => context.CallAsync(ContractActivities.Twice, number)).ToList();
        return (await Task.WhenAll(calls)).Sum();
    }

    private static async Task<object?> NoteThenHoldAsync(IDurableContext context)
    {
        await context.CallAsync(ContractActivities.Note, $"{context.InstanceId} before");
        await context.CallAsync(ContractActivities.Hold, $"{context.InstanceId} hold");
        return await context.CallAsync(ContractActivities.Note, $"{context.InstanceId} after");
    }

    private static async Task<object?> TimerAsync(IDurableContext context)
    {
        var begun = context.CurrentUtcDateTime;
        var timer = context.CreateTimerAsync(begun.AddSeconds(context.GetInput<int>()), CancellationToken.None);
        await context.CallAsync(ContractActivities.Note, $"{context.InstanceId} armed");
        await timer;
        return (context.CurrentUtcDateTime - begun).TotalSeconds;
    }

    private static async Task<object?> CancelTimerAsync(IDurableContext context)
    {
        using var cancel = new CancellationTokenSource();
        var timer = context.CreateTimerAsync(context.CurrentUtcDateTime.AddHours(4), cancel.Token);
        var echo = context.CallAsync(ContractActivities.Echo, "x");
        if (await Task.WhenAny(timer, echo) != echo) return "the timer fired";
        cancel.Cancel();
        try
        {
            await timer;
            return "the timer completed";
        }
        catch (OperationCanceledException)
        {
            return "cancelled";
        }
    }

    private static async Task<object?> ClockAndIdsAsync(IDurableContext context)
    {
        string Shown() => $"{context.CurrentUtcDateTime:O} {context.NewGuid()} {context.NewGuid()}";
        var first = Shown();
        var recordedFirst = await context.CallAsync(ContractActivities.Echo, first);
        var second = Shown();
        var recordedSecond = await context.CallAsync(ContractActivities.Echo, second);
        await context.CallAsync(ContractActivities.Hold, $"{context.InstanceId} hold");
        var ids = $"{first} {second}".Split(' ').Where(word => Guid.TryParse(word, out _)).Distinct().Count();
        return first == recordedFirst && second == recordedSecond ? $"the same, {ids} ids" : $"{recordedFirst} became {first}; {recordedSecond} became {second}";
    }

    private static async Task<object?> CollectAsync(IDurableContext context)
    {
        var collected = new List<string?>();
        foreach (var name in context.GetInput<string[]>()!) collected.Add(await context.WaitForExternalEventAsync<string>(name));
        return string.Join(',', collected);
    }

    private static async Task<object?> HoldThenCollectAsync(IDurableContext context)
    {
        await context.CallAsync(ContractActivities.Hold, $"{context.InstanceId} hold");
        return await CollectAsync(context);
    }

    private static async Task<object?> SecondWaitAsync(IDurableContext context)
    {
        var first = context.WaitForExternalEventAsync<string>("go");
        var second = "";
        try
        {
            second = await context.WaitForExternalEventAsync<string>("GO");
        }
        catch (InvalidOperationException)
        {
            second = "refused";
        }

        await context.CallAsync(ContractActivities.Note, $"{context.InstanceId} waits");
        return $"{await first},{second},{await context.WaitForExternalEventAsync<string>("Go")}";
    }

    private static async Task<object?> CollectOverGenerationsAsync(IDurableContext context)
    {
        var collected = context.GetInput<List<string>>() ?? [];
        if (collected.Count == 0) await context.CallAsync(ContractActivities.Hold, $"{context.InstanceId} hold");
        collected.Add((await context.WaitForExternalEventAsync<string>("item"))!);
        if (collected.Count < 4) context.ContinueAsNew(collected);
        return string.Join(',', collected);
    }

    private static async Task<object?> LeaveEventUnhandledAsync(IDurableContext context)
    {
        var wait = context.WaitForExternalEventAsync<string>("item");
        if (context.GetInput<string>() == "again")
        {
            await context.CallAsync(ContractActivities.Note, $"{context.InstanceId} again");
            return await wait;
        }

        await context.CallAsync(ContractActivities.Hold, $"{context.InstanceId} hold");
        context.ContinueAsNew("again");
        return null;
    }

    private static async Task<object?> StatusAsync(IDurableContext context)
    {
        context.SetCustomStatus(new { stage = "held", percent = 40 });
        await context.CallAsync(ContractActivities.Hold, $"{context.InstanceId} hold");
        context.SetCustomStatus(new { stage = "done" });
        return null;
    }

    private static async Task<object?> StatusTooLongAsync(IDurableContext context)
    {
        // Two of the characters are the quotes of the JSON text. An "é" is one of UTF-16 and two of UTF-8.
        context.SetCustomStatus(new string('é', DurableLimits.CustomStatusLength - 2));
        await context.CallAsync(ContractActivities.Echo, "x");
        try
        {
            context.SetCustomStatus(new string('x', DurableLimits.CustomStatusLength - 1));
            return "accepted";
        }
        catch (ArgumentException)
        {
            return "refused";
        }
    }

    private static async Task<object?> StatusOverGenerationsAsync(IDurableContext context)
    {
        if (context.GetInput<string>() == "again")
        {
            await context.CallAsync(ContractActivities.Hold, $"{context.InstanceId} hold");
            context.SetCustomStatus(null);
            await context.CallAsync(ContractActivities.Hold, $"{context.InstanceId} cleared");
            return null;
        }

        context.SetCustomStatus("kept");
        context.ContinueAsNew("again");
        return null;
    }

    private static Task<object?> LeaveActivityOpenAsync(IDurableContext context)
    {
        _ = context.CallAsync(ContractActivities.Hold, $"{context.InstanceId} hold");
        return Task.FromResult<object?>("returned");
    }

    private static async Task<object?> LeaveTimerOpenAsync(IDurableContext context)
    {
        var due = context.CurrentUtcDateTime.AddSeconds(3);
        _ = context.CreateTimerAsync(due, CancellationToken.None);
        await context.CallAsync(ContractActivities.Note, $"{context.InstanceId} armed");
        return due;
    }

    private static async Task<object?> ContinueWithActivityOpenAsync(IDurableContext context)
    {
        if (context.GetInput<string>() == "again") return await context.CallAsync(ContractActivities.Note, $"{context.InstanceId} again");
        _ = context.CallAsync(ContractActivities.Hold, $"{context.InstanceId} hold");
        context.ContinueAsNew("again");
        return null;
    }

    private static async Task<object?> ContinueWithTimerOpenAsync(IDurableContext context)
    {
        if (context.GetInput<DateTimeOffset?>() is { } begun) return (context.CurrentUtcDateTime - begun).TotalSeconds;
        begun = context.CurrentUtcDateTime;
        _ = context.CreateTimerAsync(begun.AddSeconds(3), CancellationToken.None);
        await context.CallAsync(ContractActivities.Note, $"{context.InstanceId} armed");
        context.ContinueAsNew(begun);
        return null;
    }

    private static async Task<object?> TellStagesAsync(IDurableContext context)
    {
        context.SetCustomStatus("held");
        await context.CallAsync(ContractActivities.Hold, $"{context.InstanceId} hold");
        context.SetCustomStatus("waiting");
        var item = await context.WaitForExternalEventAsync<string>("item");
        context.SetCustomStatus($"got {item}");
        await context.CallAsync(ContractActivities.Note, $"{context.InstanceId} got {item}");
        return item;
    }

    private static async Task<object?> TellTimerAsync(IDurableContext context)
    {
        var timer = context.CreateTimerAsync(context.CurrentUtcDateTime.AddSeconds(10), CancellationToken.None);
        await context.CallAsync(ContractActivities.Note, $"{context.InstanceId} armed");
        await timer;
        return await context.CallAsync(ContractActivities.Note, $"{context.InstanceId} fired");
    }

    private static async Task<object?> LogAsync(IDurableContext context)
    {
        var logger = context.CreateReplaySafeLogger("contract");
        LogStage(logger, context.InstanceId, "begins");
        await context.CallAsync(ContractActivities.Echo, "x");
        LogStage(logger, context.InstanceId, "echoed");
        await context.CallAsync(ContractActivities.Hold, $"{context.InstanceId} hold");
        LogStage(logger, context.InstanceId, "ends");
        return null;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{InstanceId} {Stage}")]
    private static partial void LogStage(ILogger logger, string instanceId, string stage);
}
