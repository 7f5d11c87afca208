using DurableAgentTasks.Contracts.Http;
using DurableAgentTasks.Contracts.Time;
using DurableAgentTasks.Core.Tasks;
using Microsoft.Extensions.DependencyInjection;

namespace DurableAgentTasks.Http.Tests.Streaming;

public sealed class AllTasksEventsTests : StreamTest
{
    [Fact(Timeout = 60_000)]
    public async Task State_and_progress_of_all_tasks_come_without_ids_and_without_lines()
    {
        await StartAsync("old", "exit 0");
        await StartAsync("t");
        using var events = await ConnectAsync("/api/events");
        Assert.Equal(["state t executing", "progress t"], await ReadTasksAsync(events, 2));

        await StartAsync("u", "exit 0");
        await using (var log = await LiveLog.OpenAsync(Host, "t")) await log.AppendAsync("not here\n");
        await CompleteAsync("t");
        var all = new List<string>();
        while (!all.Contains("state t completed") || !all.Contains("state u completed")) all.AddRange(await ReadTasksAsync(events, 1));
        Assert.Contains("state t completing", all);
        Assert.DoesNotContain(all, line => line.Contains("old", StringComparison.Ordinal));
    }

    private static async Task<List<string>> ReadTasksAsync(EventReader events, int count)
    {
        var all = new List<string>();
        while (all.Count < count)
        {
            var next = (await events.ReadAsync(Cancellation))!;
            Assert.Null(next.Id);
            if (next.Type is not "retry") all.Add($"{next.Type} {next.Text("id")} {(next.Type == "state" ? next.Text("state") : "")}".TrimEnd());
        }

        return all;
    }
}

/// <summary>Looks at the engine, by a clock that the test moves.</summary>
public sealed class OpenTasksTests : StreamTest
{
    private readonly ManualTimeProvider _time = new();

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?> { ["Streaming:LookEvery"] = "00:00:05" };

    protected override Action<IServiceCollection> Services => services => services.AddSingleton<TimeProvider>(_time);

    [Fact(Timeout = 60_000)]
    public async Task All_who_follow_share_one_look()
    {
        await StartAsync("t");
        var all = new List<EventReader>();
        for (var i = 0; i < 5; i++) all.Add(await ConnectAsync("/api/events"));
        foreach (var events in all) await UntilAsync(events, "executing");
        Assert.Equal((1, 0), (Host.Engine.Lists, Host.Engine.Queries));

        // What another process does to it is found at the next one.
        Host.Engine.Set("t", RuntimeStatus.Terminated);
        for (var i = 0; i < 4; i++) _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, Host.Engine.Lists);
        var told = Task.WhenAll(all.Select(events => UntilAsync(events, "cancelled")));
        while (!told.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(10, Cancellation);
        }

        await told;
        foreach (var events in all) events.Dispose();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_task_that_was_started_after_the_look_that_somebody_else_began_is_told_of_once()
    {
        await StartAsync("old");
        using var early = await ConnectAsync("/api/events");
        await UntilAsync(early, "executing");
        await PassAsync(0.5);
        using var late = await ConnectAsync("/api/events");
        await UntilAsync(late, "executing");
        while (Host.Engine.Lists < 2) await PassAsync(0.5);

        // The one who comes late has not seen the look that the other one began, and which has no such task.
        await PassAsync(0.1);
        await StartAsync("new");
        await UntilAsync(late, "executing");
        for (var i = 0; i < 12; i++) await PassAsync(0.5);
        await RecordAsync("new", timeline => timeline.Transition(TaskState.Paused, "pause", _time.GetUtcNow()));
        Assert.Equal(["paused"], await UntilAsync(late, "paused"));
    }

    /// <summary>By so little that everybody gets to do what it brings about.</summary>
    private async Task PassAsync(double seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        await Task.Delay(30, Cancellation);
    }

    private static async Task<List<string>> UntilAsync(EventReader events, string state)
    {
        var states = new List<string>();
        while (states.LastOrDefault() != state)
        {
            if (await events.ReadAsync(Cancellation) is { Type: "state" } next) states.Add(next.Text("state")!);
        }

        return states;
    }
}
