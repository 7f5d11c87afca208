using System.Text.Json;
using System.Text.RegularExpressions;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.RunTask;
using DurableAgentTasks.Workflow.Tests.Hosting;

namespace DurableAgentTasks.Workflow.Tests.Golden;

/// <summary>
/// Lives of real tasks on real Durable Functions: what was decided there is decided here. All but <c>whole</c> are
/// counterparts of the golden scenarios of their names; a number at the end of a name is the version of the life. They were read, again and
/// again while the task ran, by <c>GetOrchestrationHistoryAsync</c> (<c>GET /histories/{id}</c> of <c>tests/FunctionsContractHost</c>) of a
/// host with <c>storeInputsInOrchestrationHistory</c>, without which no inputs are kept.
/// </summary>
public sealed partial class FunctionsHistoryTests
{
    /// <summary>Those that were recorded there.</summary>
    public static TheoryData<string> Names =>
        [.. Directory.EnumerateFiles(Path.GetDirectoryName(PathOf("any"))!).Select(file => Path.GetFileNameWithoutExtension(file)!)];

    [Theory(Timeout = TaskScenario.Patience)]
    [MemberData(nameof(Names))]
    public async Task A_life_on_Durable_Functions_is_decided_in_the_same_way_here(string name)
    {
        foreach (var generation in await GenerationsAsync(name)) Assert.Empty(Replay(name, generation));
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [MemberData(nameof(Names))]
    public async Task A_life_on_Durable_Functions_that_was_cut_anywhere_is_decided_in_the_same_way_up_to_there(string name)
    {
        foreach (var generation in await GenerationsAsync(name))
        {
            for (var length = 1; length < generation.Count; length++) Assert.Empty(Replay(name, [.. generation.Take(length)]));
        }
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData("approval-timeout-7", "\\\"detail\\\":\\\"approval\\\"", "\\\"trigger\\\":\\\"timeout\\\"", "\\\"attempt\\\":1")]
    [InlineData("approved", "\"EventRaised\",\"name\":\"approve\"")]
    [InlineData("budget-7", "\\\"stop\\\":\\\"budget\\\"", "\\\"detail\\\":\\\"budget\\\"", "\\\"budgetsGranted\\\":1")]
    [InlineData("cancelled", "\"EventRaised\",\"name\":\"cancel\"")]
    [InlineData("cancelled-5", "\"EventRaised\",\"name\":\"cancel\"")]
    [InlineData("cancelled-late", "\\\"outcome\\\":\\\"cancelled\\\"")]
    [InlineData("cancelled-paused-7", "\\\"trigger\\\":\\\"pause\\\"", "\\\"from\\\":\\\"paused\\\",\\\"to\\\":\\\"cancelled\\\"")]
    [InlineData("cancelled-too-late-7", "\\\"trigger\\\":\\\"cancel_refused\\\"", "\\\"outcome\\\":\\\"success\\\"")]
    [InlineData("checkpointed", "\"EventRaised\",\"name\":\"checkpoint\"")]
    [InlineData("crashed-5", "\\\"class\\\":\\\"crash\\\"")]
    [InlineData("crashed-7", "\\\"class\\\":\\\"crash\\\"", "\\\"action\\\":\\\"retry\\\"", "\\\"attempt\\\":2")]
    [InlineData("delivered-7", "\"name\":\"Deliver\"", "The branch agent-tasks/delivered-7")]
    [InlineData("emergency-7", "\\\"stop\\\":\\\"emergency\\\"", "\\\"detail\\\":\\\"emergency\\\"", "\\\"attempt\\\":2")]
    [InlineData("endangered-7", "\\\"trigger\\\":\\\"resource_short\\\"", "The host is short of disk 96 % (critical).")]
    [InlineData("endangered-paused-7", "\\\"trigger\\\":\\\"resource_short\\\"", "\\\"detail\\\":\\\"emergency\\\"", "\\\"type\\\":\\\"recovery\\\"", "\\\"attempt\\\":2")]
    [InlineData("extended", "\"EventRaised\",\"name\":\"extend\"")]
    [InlineData("extended-5", "\"EventRaised\",\"name\":\"extend\"")]
    [InlineData("extended-too-far-7", "\\\"trigger\\\":\\\"extend\\\"", "\\\"trigger\\\":\\\"extend_refused\\\"")]
    [InlineData("failed", "\"payload\":\"Step 1.1 failed: It exited with 3.\"")]
    [InlineData("frozen", "\"name\":\"FreezeStep\"")]
    [InlineData("handed-over", "\\\"handedOver\\\":true")]
    [InlineData("handed-over-5", "\\\"handedOver\\\":true")]
    [InlineData("idle-7", "\\\"stop\\\":\\\"idle\\\"", "\\\"detail\\\":\\\"idle\\\"", "\\\"attempt\\\":2")]
    [InlineData("paused", "\"EventRaised\",\"name\":\"resume\"")]
    [InlineData("paused-5", "\"EventRaised\",\"name\":\"resume\"")]
    [InlineData("phase-extended", "\\\"scope\\\":\\\"phase\\\"")]
    [InlineData("phase-timeout-7", "\\\"trigger\\\":\\\"phase_timeout\\\"", "\\\"detail\\\":\\\"phase_timeout\\\"", "\\\"attempt\\\":2")]
    [InlineData("phases", "\\\"stepId\\\":\\\"2.2\\\"")]
    [InlineData("planned", "\"name\":\"AcceptPlan\"")]
    [InlineData("planned-7", "\"name\":\"AcceptPlan\"", "\\\"attempt\\\":2,\\\"fallback\\\":true")]
    [InlineData("queued-7", "\\\"hasSlot\\\":false", "\\\"detail\\\":\\\"queued:1\\\"", "\\\"hasSlot\\\":true")]
    [InlineData("quota", "\\\"class\\\":\\\"quota\\\"")]
    [InlineData("rejected-7", "\\\"code\\\":\\\"step_rejected\\\"", "\\\"outcome\\\":\\\"failed\\\"")]
    [InlineData("rejected-skipped-7", "\\\"trigger\\\":\\\"reject\\\"", "\\\"trigger\\\":\\\"step_skipped\\\"", "\\\"stepId\\\":\\\"1.2\\\"")]
    [InlineData("restored", "\"name\":\"RestoreCheckpoint\"")]
    [InlineData("retried", "\\\"attempt\\\":3")]
    [InlineData("retried-5", "\\\"attempt\\\":3")]
    [InlineData("revived", "\"name\":\"ReviveTask\"")]
    [InlineData("rolled-back", "\"name\":\"RestoreCheckpoint\"")]
    [InlineData("skipped-7", "\\\"action\\\":\\\"skip\\\"", "\\\"trigger\\\":\\\"step_skipped\\\"", "\\\"stepId\\\":\\\"1.2\\\"")]
    [InlineData("slices", "\\\"ending\\\":\\\"still_running\\\"")]
    [InlineData("step-timeout", "\"name\":\"StopStep\"")]
    [InlineData("suspended-5", "\\\"trigger\\\":\\\"hibernation\\\"")]
    [InlineData("suspended-at-the-end-7", "\\\"trigger\\\":\\\"hibernation\\\"", "\\\"wasSuspended\\\":true")]
    [InlineData("task-timeout", "task_timeout")]
    [InlineData("whole", "\\\"runTaskVersion\\\":4")]
    [InlineData("whole-5", "\\\"runTaskVersion\\\":5")]
    [InlineData("whole-7", "\\\"runTaskVersion\\\":7", "\\\"stepId\\\":\\\"2.2\\\"")]
    public async Task It_is_a_life_of_its_kind(string name, params string[] shown)
    {
        var text = await TextAsync(name);
        Assert.All(shown, part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [MemberData(nameof(Names))]
    public async Task It_is_of_the_version_that_its_name_has(string name)
    {
        var versions = RunTaskVersion().Matches(await TextAsync(name)).Select(match => int.Parse(match.Groups["version"].Value)).ToHashSet();
        if (NumberOf(name) is { } version) Assert.Equal([version], versions);
        else Assert.DoesNotContain(versions, present => present >= 5);
    }

    [Fact]
    public void Each_golden_scenario_was_lived_on_Durable_Functions_too() =>
        Assert.Empty(GoldenScenarios.All.Keys.Except(Names.Select(row => ScenarioOf(row.Data))));

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_falsified_history_is_noticed()
    {
        var last = (await GenerationsAsync("phases"))[^1];
        HistoryEntry[] Changed(Func<HistoryEntry, HistoryEntry> change) => [.. last.Select(change)];
        void AssertNoticed(string difference, HistoryEntry[] history) => Assert.Contains(difference, Replay("phases", history)[0], StringComparison.Ordinal);

        AssertNoticed("activity LeaveQueue", Changed(entry => entry.Name == "LeaveQueue" ? entry with { Name = "TidyUp" } : entry));
        AssertNoticed("$.taskId is \"phases\" and was \"another\"", Changed(entry => entry.Name == "LeaveQueue" ? entry with { Payload = """{"taskId":"another"}""" } : entry));
        AssertNoticed("$.id is ", Changed(entry => entry.Name == "TakeCheckpoint" ? entry with { Payload = entry.Payload!.Replace("\"id\":\"", "\"id\":\"f", StringComparison.Ordinal) } : entry));
        AssertNoticed("timer at ", Changed(entry => entry.FireAt is { } due ? entry with { FireAt = due.AddTicks(1) } : entry));
        AssertNoticed("$.entries[0].time is ", Changed(entry => entry with { Time = entry.Time.AddTicks(1) }));
        AssertNoticed("$.outcome is \"success\" and was \"partial\"", Changed(entry => entry.Type == "ExecutionCompleted" ? entry with { Payload = entry.Payload!.Replace("success", "partial", StringComparison.Ordinal) } : entry));
        var decided = last.Index().First(item => item.Item.Type == "TaskScheduled").Index;
        AssertNoticed("activity ", [.. last.Take(decided), .. last.Skip(decided + 1)]);
    }

    private static IReadOnlyList<string> Replay(string id, IReadOnlyList<HistoryEntry> generation) =>
        GoldenReplay.Run(id, generation, RunAsync, new FunctionsGuids(id).Next);

    private static async Task<JsonElement> RunAsync(IDurableContext context) =>
        JsonSerializer.SerializeToElement(await RunTaskOrchestration.RunAsync(context), TaskJson.Options);

    private static async Task<List<IReadOnlyList<HistoryEntry>>> GenerationsAsync(string name)
    {
        var generations = FunctionsLife.Generations(GoldenLife.Read(await TextAsync(name))).ToList();
        Assert.NotEmpty(generations);
        return generations;
    }

    private static string ScenarioOf(string name) => NumberOf(name) is { } number ? name[..^$"-{number}".Length] : name;

    private static int? NumberOf(string name) => int.TryParse(name.Split('-')[^1], out var number) ? number : null;

    private static Task<string> TextAsync(string name) => File.ReadAllTextAsync(PathOf(name));

    [GeneratedRegex("""\\"runTaskVersion\\":(?<version>[0-9]+)""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex RunTaskVersion();

    private static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Golden", "Functions", $"{name}.json");
}
