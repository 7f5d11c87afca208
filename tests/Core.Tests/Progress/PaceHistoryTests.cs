using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Progress;

namespace DurableAgentTasks.Core.Tests.Progress;

public sealed class PaceHistoryTests
{
    [Fact]
    public void Kinds_and_agents_are_kept_apart()
    {
        var history = PaceHistory.Empty
            .Add("claude", StepKind.Agent, TimeSpan.FromMinutes(10))
            .Add("claude", StepKind.Shell, TimeSpan.FromSeconds(10))
            .Add("codex", StepKind.Agent, TimeSpan.FromMinutes(20));

        Assert.Equal([StepKind.Agent, StepKind.Shell], history.Of("claude").Select(pace => pace.Kind));
        Assert.Equal(1200, Math.Exp(history.Of("codex").Single().Durations.MeanLog), 3);
        Assert.Empty(history.Of("gemini"));
    }

    [Fact]
    public void It_is_the_same_after_having_been_stored()
    {
        var history = PaceHistory.Empty.Add("claude", StepKind.Agent, TimeSpan.FromMinutes(10));
        Assert.Equal(Samples.Write(history), Samples.Write(Samples.Read<PaceHistory>(Samples.Write(history))));
    }

    [Fact]
    public void It_stays_small_and_remembers_the_agents_that_were_used_last()
    {
        var history = Enumerable.Range(1, 500).Aggregate(PaceHistory.Empty, (all, n) => all.Add($"agent-{n}", StepKind.Agent, TimeSpan.FromSeconds(n)));

        Assert.Equal(PaceHistory.MaxAgents, history.Agents.Count);
        Assert.Equal("agent-500", history.Agents[0].Agent);
    }

    [Fact]
    public void It_follows_a_machine_that_has_become_faster()
    {
        var history = PaceHistory.Empty;
        for (var i = 0; i < 1_000; i++) history = history.Add("shell", StepKind.Shell, TimeSpan.FromSeconds(100));
        for (var i = 0; i < 200; i++) history = history.Add("shell", StepKind.Shell, TimeSpan.FromSeconds(10));

        Assert.InRange(StepLength.Of(history.Of("shell").Single().Durations).Median, 9, 12);
    }

    [Theory]
    [InlineData("""{ "agents": null }""", false)]
    [InlineData("""{ "agents": [ null ] }""", false)]
    [InlineData("""{ "agents": [ { "agent": "a", "kinds": [ { "kind": "agent", "durations": null } ] } ] }""", false)]
    [InlineData("""{ "agents": [ { "agent": "a", "kinds": [ { "kind": "agent", "durations": { "count": -3, "meanLog": 1, "squares": 2 } } ] } ] }""", true)]
    [InlineData("""{ "agents": [ { "agent": "a", "kinds": [ { "kind": "agent", "durations": { "count": 3, "meanLog": 1e300, "squares": 2 } } ] } ] }""", true)]
    public void What_was_damaged_is_nothing_known(string json, bool isWhole)
    {
        var history = Samples.Read<PaceHistory>(json);
        Assert.Equal(isWhole, history.IsWhole);
        if (isWhole) Assert.Empty(history.Of("a"));
    }
}
