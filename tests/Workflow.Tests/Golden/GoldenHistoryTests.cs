using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.RunTask;
using DurableAgentTasks.Workflow.Tests.Hosting;

namespace DurableAgentTasks.Workflow.Tests.Golden;

/// <summary>
/// Whole lives of tasks that earlier versions recorded, replayed for ever: a task that is under way is carried on by whatever version comes
/// next. To add one, add its scenario to <see cref="GoldenScenarios"/> and run these tests with <c>RECORD_GOLDEN</c> set to the full path of
/// this folder: files that are missing are recorded, those that are there are never touched.
/// </summary>
public sealed class GoldenHistoryTests
{
    private const string Id = "task-1";

    public static TheoryData<string> Names => [.. GoldenScenarios.All.Keys];

    [Theory(Timeout = TaskScenario.Patience)]
    [MemberData(nameof(Names))]
    public async Task A_recorded_life_is_decided_in_the_same_way_again(string name)
    {
        var life = await LifeAsync(name);
        foreach (var generation in GoldenLife.Generations(life)) Assert.Empty(GoldenReplay.Run(Id, generation, RunAsync));
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [MemberData(nameof(Names))]
    public async Task A_recorded_life_that_was_cut_anywhere_is_decided_in_the_same_way_up_to_there(string name)
    {
        var life = await LifeAsync(name);
        foreach (var generation in GoldenLife.Generations(life))
        {
            for (var length = 1; length < generation.Count; length++) Assert.Empty(GoldenReplay.Run(Id, [.. generation.Take(length)], RunAsync));
        }
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [MemberData(nameof(Names))]
    public async Task What_happens_now_is_what_was_recorded(string name)
    {
        var now = await RecordAsync(name);
        Assert.Equal(Decisions(await LifeAsync(name)), Decisions(now));
    }

    [Theory]
    [InlineData("idle", "'ending':'stopped'", "'stop':'idle'", "'detail':'idle'", "'attempt':2")]
    [InlineData("budget", "'stop':'budget'", "'detail':'budget'", "'budgetsGranted':1")]
    [InlineData("emergency", "'emergency':true", "'detail':'emergency'", "'attempt':2")]
    [InlineData("phase-timeout", "'trigger':'phase_timeout'", "'detail':'phase_timeout'", "'attempt':2")]
    [InlineData("queued", "'hasSlot':false", "'detail':'queued:1'", "'hasSlot':true")]
    [InlineData("approval-timeout", "'detail':'approval'", "'trigger':'timeout'", "'attempt':1")]
    [InlineData("rejected", "'code':'step_rejected'", "'outcome':'failed'")]
    [InlineData("rejected-skipped", "'trigger':'reject'", "'trigger':'step_skipped'", "'stepId':'1.2'")]
    [InlineData("cancelled-paused", "'trigger':'pause'", "'from':'paused','to':'cancelled'")]
    [InlineData("crashed", "'class':'crash'", "'action':'retry'", "'attempt':2")]
    [InlineData("skipped", "'action':'skip'", "'trigger':'step_skipped'", "'stepId':'1.2'")]
    [InlineData("delivered", "'name':'Deliver'", "'outcome':'success'")]
    [InlineData("extended", "'trigger':'task_timeout_near'", "'trigger':'extend'")]
    [InlineData("extended-too-far", "'trigger':'extend'", "'trigger':'extend_refused'", "'runTaskVersion':6")]
    [InlineData("cancelled-too-late", "'trigger':'cancel_refused'", "'outcome':'success'")]
    [InlineData("suspended-at-the-end", "'trigger':'hibernation'", "'wasSuspended':true")]
    [InlineData("endangered", "'trigger':'resource_short'", "The host is short of disk 96 % (critical).", "'runTaskVersion':7")]
    [InlineData("endangered-paused", "'detail':'emergency'", "'type':'recovery'", "'attempt':2")]
    public async Task It_is_a_life_of_its_kind(string name, params string[] shown)
    {
        var life = GoldenLife.Write(await LifeAsync(name)).Replace("\\\"", "'", StringComparison.Ordinal).Replace('"', '\'');
        Assert.All(shown, text => Assert.Contains(text, life, StringComparison.Ordinal));
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task Another_decision_is_noticed()
    {
        var life = await LifeAsync("phases");
        var last = GoldenLife.Generations(life).Last();
        List<HistoryEntry> renamed = [.. last.Select(entry => entry.Name == "LeaveQueue" ? entry with { Name = "TidyUp" } : entry)];
        Assert.Contains("activity LeaveQueue", GoldenReplay.Run(Id, renamed, RunAsync)[0], StringComparison.Ordinal);
        List<HistoryEntry> elsewhere = [.. last.Select(entry => entry.Name == "LeaveQueue" ? entry with { Payload = """{"taskId":"another"}""" } : entry)];
        Assert.Contains("$.taskId is \"task-1\" and was \"another\"", GoldenReplay.Run(Id, elsewhere, RunAsync)[0], StringComparison.Ordinal);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_generation_keeps_the_version_it_began_with_and_the_next_one_has_the_present()
    {
        await using var task = await TaskScenario.OpenAsync(Outlines.Of(2, 1));
        task.Activities.Hold("1.1");
        task.Activities.Hold("2.1");
        await task.StartAsync(JsonSerializer.Serialize(new TaskRun { Outline = Outlines.Of(2, 1), RunTaskVersion = 1 }, TaskJson.Options));
        await task.UntilBegunAsync("1.1");
        Assert.Equal(1, await VersionAsync());
        task.Activities.End("1.1", 1, ScriptedActivities.Exited(0));
        await task.UntilBegunAsync("2.1");
        Assert.Equal(TaskRun.CurrentVersion, await VersionAsync());

        async Task<int> VersionAsync() => JsonSerializer.Deserialize<TaskRun>((await task.HistoryAsync())[0].Payload!, TaskJson.Options)!.RunTaskVersion;
    }

    private static async Task<JsonElement> RunAsync(IDurableContext context) =>
        JsonSerializer.SerializeToElement(await RunTaskOrchestration.RunAsync(context), TaskJson.Options);

    private static async Task<IReadOnlyList<HistoryEntry>> LifeAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("RECORD_GOLDEN") is not { Length: > 0 } folder)
            return GoldenLife.Read(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Golden", $"{name}.json")));

        var path = Path.Combine(folder, $"{name}.json");
        if (!File.Exists(path)) await File.WriteAllTextAsync(path, GoldenLife.Write(await RecordAsync(name)));
        return GoldenLife.Read(await File.ReadAllTextAsync(path));
    }

    private static async Task<List<HistoryEntry>> RecordAsync(string name)
    {
        var life = new List<HistoryEntry>();
        var scenario = GoldenScenarios.All[name];
        await using var task = await TaskScenario.OpenAsync(scenario.Outline, context => GoldenRecorder.Begin(context, life));
        await scenario.DriveAsync(task);
        var ended = await task.EndAsync();
        var failed = ended.Status == RuntimeStatus.Failed;
        life.Add(new HistoryEntry(ended.LastUpdatedAt, failed ? GoldenLife.Failed : "ExecutionCompleted", null, null, failed ? JsonSerializer.Serialize(ended.Failure) : ended.Output));
        return life;
    }

    /// <summary>What was done, but for what depends on the moment, in which two runs may differ.</summary>
    private static IEnumerable<string?> Decisions(IReadOnlyList<HistoryEntry> life) =>
        life.Where(entry => entry.Name is "AcceptPlan" or "RunStep" or "StopStep" or "FreezeStep" or "RestoreCheckpoint").Select(entry => entry.Name);
}
