using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Engine.History;

namespace DurableAgentTasks.Engine.Tests.Golden;

/// <summary>
/// Histories that earlier versions recorded, replayed for ever. To add one, add its scenario to <see cref="GoldenProgram"/> and
/// run these tests with <c>RECORD_GOLDEN</c> set to the full path of this folder: files that are missing are recorded, those that
/// are there are never touched.
/// </summary>
public sealed class GoldenHistoryTests : IDisposable
{
    private readonly EngineLives _lives = new();

    public static TheoryData<string> Names => [.. GoldenProgram.Scenarios.Keys];

    public void Dispose() => _lives.Dispose();

    [Theory(Timeout = EngineLives.Patience)]
    [MemberData(nameof(Names))]
    public async Task A_recorded_history_replays_to_the_same_end(string name)
    {
        var golden = GoldenHistory.Read(await TextAsync(name));
        var end = golden[^1];
        Assert.Equal(EventKind.Completed, end.Kind);

        // Without its last word: the code must come to it again.
        await EngineTestCalls.WriteHistoryAsync(_lives.Directory, [.. golden.SkipLast(1)]);
        await using var engine = await EngineLives.StartAsync(_lives.Directory, GoldenProgram.Registry(), TimeProvider.System);
        var instance = await engine.EndAsync(name);
        Assert.Equal((end.Status, end.Text), (instance.Status, instance.Failure));
        var replayed = History(engine, name);
        Assert.Equal(GoldenHistory.Write(golden.SkipLast(1)), GoldenHistory.Write(replayed.SkipLast(1)));
        Assert.Equal(end.Payload, replayed[^1].Payload);
        Assert.Equal(end.CustomStatus, replayed[^1].CustomStatus);
    }

    [Theory(Timeout = EngineLives.Patience)]
    [MemberData(nameof(Names))]
    public async Task A_recorded_history_that_was_cut_at_any_event_comes_to_its_end(string name)
    {
        var golden = GoldenHistory.Read(await TextAsync(name));
        for (var length = 1; length < golden.Count; length++)
        {
            var directory = _lives.Numbered(length);
            await EngineTestCalls.WriteHistoryAsync(directory, [.. golden.Take(length)]);
            await using var engine = await EngineLives.StartAsync(directory, GoldenProgram.Registry(), TimeProvider.System);

            // What came in from outside after the cut comes again.
            foreach (var item in golden.Skip(length)) await SendAsync(engine.Client, name, item);
            var instance = await engine.EndAsync(name);
            Assert.Equal((golden[^1].Status, golden[^1].Text), (instance.Status, instance.Failure));
        }
    }

    [Fact]
    public async Task A_changed_orchestration_fails_the_replay()
    {
        var golden = GoldenHistory.Read(await TextAsync("sequence"));
        await EngineTestCalls.WriteHistoryAsync(_lives.Directory, [.. golden.SkipLast(1)]);
        var changed = new DurableRegistry().AddOrchestration("sequence", context => context.CallActivityAsync<string>("Other", null));
        await using var engine = await EngineLives.StartAsync(_lives.Directory, changed, TimeProvider.System);
        Assert.Equal(RuntimeStatus.Failed, (await engine.EndAsync("sequence")).Status);
    }

    private static async Task<string> TextAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("RECORD_GOLDEN") is not { Length: > 0 } folder)
        {
            return await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Golden", $"{name}.json"));
        }

        var path = Path.Combine(folder, $"{name}.json");
        if (!File.Exists(path)) await File.WriteAllTextAsync(path, await RecordAsync(name));
        return await File.ReadAllTextAsync(path);
    }

    private static async Task<string> RecordAsync(string name)
    {
        using var lives = new EngineLives();
        var scenario = GoldenProgram.Scenarios[name];
        await using var engine = await EngineLives.StartAsync(lives.Directory, GoldenProgram.Registry(), TimeProvider.System);
        Assert.Equal(StartOutcome.Started, await engine.Client.StartAsync(name, name, scenario.Input, default));
        await scenario.DriveAsync(engine.Client, name);
        await engine.EndAsync(name);
        return GoldenHistory.Write(History(engine, name));
    }

    private static List<HistoryEvent> History(DurableEngine engine, string id) =>
        [.. engine.Records(id).Select(record => HistoryCodec.Read(Convert.FromHexString(record))).Where(item => item.Kind != EventKind.Ended)];

    private static Task SendAsync(ITaskClient client, string id, HistoryEvent item) => item.Kind switch
    {
        EventKind.EventRaised => client.RaiseEventAsync(id, item.Name!, System.Text.Encoding.UTF8.GetString(item.Payload!), default),
        EventKind.Suspended => client.SuspendAsync(id, item.Text, default),
        EventKind.Resumed => client.ResumeAsync(id, item.Text, default),
        EventKind.Terminated => client.TerminateAsync(id, item.Text, default),
        _ => Task.CompletedTask,
    };
}
