using DurableAgentTasks.Activities.Tests.Hosting;
using DurableAgentTasks.Core.Recovery;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Tests.Steps;

public sealed class AgentStepTests : IAsyncDisposable
{
    private readonly TaskFixture _task = new();

    public ValueTask DisposeAsync() => _task.DisposeAsync();

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task Work_that_is_finished_when_its_price_is_told_is_not_lost_to_the_budget()
    {
        var outcome = await RunAsync("""start; printf '%s\n' '{"type":"usage","in":200}' '{"type":"end","text":"done"}'; sleep 1""", tokens: 100);
        Assert.Equal((StepEnding.Succeeded, "done"), (outcome.Ending, outcome.Message));
        Assert.Equal(200, outcome.Agent!.Usage!.InputTokens);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task An_agent_that_goes_on_over_the_budget_is_stopped()
    {
        var outcome = await RunAsync("start; uses 200; sleep 300", tokens: 100);
        Assert.Equal((StepEnding.Stopped, StopReason.Budget), (outcome.Ending, outcome.Stop));
    }

    [Theory(Timeout = TaskFixture.Patience)]
    [InlineData("start; fails overloaded", false)]
    [InlineData("start; tool; fails overloaded", true)]
    public async Task A_session_in_which_only_a_failure_was_reported_has_no_work_in_it(string script, bool hasWorked)
    {
        var outcome = await RunAsync(script);
        Assert.Equal((StepEnding.Failed, FailureClass.Transient), (outcome.Ending, outcome.Failure!.Class));
        Assert.Equal(hasWorked, outcome.Agent!.Session!.HasWorked);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task An_agent_in_another_session_than_it_was_told_is_stopped_at_once()
    {
        var outcome = await RunAsync("start another; sleep 300");
        Assert.Equal((StepEnding.Failed, FailureClass.Session), (outcome.Ending, outcome.Failure!.Class));
        Assert.Contains("works in another", outcome.Message, StringComparison.Ordinal);
        Assert.Null(outcome.Agent!.Session);
    }

    private async Task<StepOutcome> RunAsync(string script, long? tokens = null)
    {
        ScriptedAgent.Configure(_task, script);
        await _task.PrepareAsync(ScriptedAgent.Body(_task, "Work.", tokens));
        return await _task.RunAsync();
    }
}
