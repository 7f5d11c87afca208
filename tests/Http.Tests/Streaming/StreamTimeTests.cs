using System.Text.Json;
using DurableAgentTasks.Contracts.Http;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Progress;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Streaming;
using DurableAgentTasks.Http.Tests.Hosting;
using DurableAgentTasks.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;

namespace DurableAgentTasks.Http.Tests.Streaming;

/// <summary>What a stream does as time passes, on a clock the test moves.</summary>
public sealed class StreamTimeTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly ObservedClock _clock = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData("/api/tasks/t/events")]
    [InlineData("/api/events")]
    public async Task Progress_comes_every_10_seconds_and_a_comment_every_15(string path)
    {
        await using var host = await StartHostAsync();
        using var events = await ConnectAsync(host, path);

        var seen = new List<string>();
        for (var second = 1; second <= 31; second++)
        {
            await _clock.PassAsync(Second, 1, Cancellation);
            if (second is 10 or 15 or 20 or 30) seen.Add($"{second} {(await events.ReadAsync(Cancellation))!.Type}");
            if (second is 30) seen.Add($"{second} {(await events.ReadAsync(Cancellation))!.Type}");
        }

        Assert.Equal(["10 progress", "15 :", "20 progress", "30 progress", "30 :"], seen);
    }

    [Fact(Timeout = 60_000)]
    public async Task That_less_is_left_is_told_every_10_seconds_too_and_not_at_once()
    {
        await using var host = await StartHostAsync();
        await RunAsync(host);
        using var events = await EventReader.OpenAsync(host.Client, "/api/tasks/t/events", lastEventId: null, Cancellation);
        var first = await ReadProgressAsync(events);
        Assert.Equal("history", first.GetProperty("basis").GetString());

        for (var second = 1; second <= 10; second++) await _clock.PassAsync(Second, 1, Cancellation);
        var next = await ReadProgressAsync(events);
        Assert.Equal(TimeSpan.FromSeconds(10), Left(first) - Left(next));
        Assert.Equal("PT10S", next.GetProperty("elapsed").GetString());
    }

    [Fact(Timeout = 60_000)]
    public async Task Lines_of_a_writer_in_another_process_are_found_within_a_second()
    {
        await using var host = await StartHostAsync();
        using var events = await ConnectAsync(host, "/api/tasks/t/events");

        await using var log = await LiveLog.OpenAsync(host, "t", signals: false);
        await log.AppendAsync("one\n");
        await _clock.PassAsync(Second, 1, Cancellation);
        Assert.Equal("log", (await events.ReadAsync(Cancellation))!.Type);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/api/tasks/t/events")]
    [InlineData("/api/events")]
    public async Task What_only_the_engine_knows_is_found_within_a_second(string path)
    {
        await using var host = await StartHostAsync();
        using var events = await ConnectAsync(host, path);

        await host.Engine.SuspendAsync("t", null, Cancellation);
        await _clock.PassAsync(Second, 1, Cancellation);
        Assert.Equal("paused", (await events.ReadAsync(Cancellation))!.Text("state"));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/api/tasks/t/events")]
    [InlineData("/api/events")]
    public async Task A_stream_ends_itself_at_the_configured_maximum(string path)
    {
        await using var host = await StartHostAsync(new() { ["Streaming:MaxDuration"] = "00:00:05" });
        using var events = await ConnectAsync(host, path);

        // The first timer is that of the maximum.
        await _clock.PassAsync(TimeSpan.Zero, 1, Cancellation);
        await _clock.PassAsync(Second, 5, Cancellation);
        Assert.Null(await events.ReadAsync(Cancellation));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("00:03:20", true)]
    [InlineData("00:00:00", false)]
    [InlineData("-00:00:01", false)]
    [InlineData("2.00:00:00", false)]
    public void A_maximum_is_checked_at_start(string? max, bool valid)
    {
        var options = new StreamingOptions { MaxDuration = max is null ? null : TimeSpan.Parse(max, System.Globalization.CultureInfo.InvariantCulture) };
        Assert.Equal(valid, new StreamingOptionsValidation().Validate(null, options).Succeeded);
    }

    /// <summary>The task's step has begun, and earlier ones took 10 min.</summary>
    private async Task RunAsync(ApiHost host)
    {
        var id = TaskId.Parse("t");
        var timeline = new TaskTimeline();
        timeline.Transition(TaskState.Planning, "started", _clock.GetUtcNow());
        timeline.Transition(TaskState.Executing, "plan_given", _clock.GetUtcNow());
        timeline.StepStarted("1.1", 1, _clock.GetUtcNow());
        var step = new Step { Id = "1.1", Title = "run", Kind = StepKind.Shell, Command = "sleep 600" };
        var request = new TaskRequest { Agent = "shell", Workspace = new() { Path = "/tmp" }, Plan = new([new(1, "Work", [step])]) };
        var task = TaskRecord.Created(id, request, _clock.GetUtcNow()) with
        {
            History = [new(StepKind.Shell, DurationStatistics.None.Add(TimeSpan.FromMinutes(10)))],
        };
        await host.Store.TryWriteRecordAsync(id, task.Apply(timeline.TakePending()), BlobCondition.None, Cancellation);
    }

    private static async Task<JsonElement> ReadProgressAsync(EventReader events)
    {
        while (true)
        {
            var next = await events.ReadAsync(Cancellation);
            if (next!.Type == "progress") return next.Json.GetProperty("progress");
        }
    }

    private static TimeSpan Left(JsonElement progress) =>
        progress.GetProperty("remaining").GetProperty("likely").Deserialize<TimeSpan>(TaskJson.Options);

    private async Task<ApiHost> StartHostAsync(Dictionary<string, string?>? settings = null)
    {
        var host = await ApiHost.StartAsync(settings, services => services.AddSingleton<TimeProvider>(_clock));
        const string Body = """
            { "id": "t", "agent": "shell", "workspace": { "path": "/tmp" },
              "plan": { "phases": [ { "title": "Work", "steps": [ { "title": "run", "kind": "shell", "command": "sleep 600" } ] } ] } }
            """;
        using var response = await host.Client.PostAsync("/api/tasks", new StringContent(Body, System.Text.Encoding.UTF8, "application/json"), Cancellation);
        response.EnsureSuccessStatusCode();
        return host;
    }

    /// <summary>Connects, and reads what comes first.</summary>
    private static async Task<EventReader> ConnectAsync(ApiHost host, string path)
    {
        var events = await EventReader.OpenAsync(host.Client, path, lastEventId: null, Cancellation);
        foreach (var type in new[] { "retry", "state", "progress" }) Assert.Equal(type, (await events.ReadAsync(Cancellation))!.Type);
        return events;
    }
}
