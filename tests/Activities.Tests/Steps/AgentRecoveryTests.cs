using DurableAgentTasks.Activities.Tests.Hosting;
using DurableAgentTasks.Storage.Logs;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Tests.Steps;

/// <summary>What an agent's step makes of what an earlier life of the host has left.</summary>
public sealed class AgentRecoveryTests : IAsyncDisposable
{
    private readonly TaskFixture _task = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _task.DisposeAsync();

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task An_adopted_agent_that_has_spoken_before_may_be_silent_for_longer_than_a_start_takes()
    {
        _task.Configuration["Timeouts:AgentStart:Default"] = "00:00:01";
        ScriptedAgent.Configure(_task, "start; touch began; sleep 3; ends done");
        await _task.PrepareAsync(ScriptedAgent.Body(_task, "Work."));
        var process = await ScriptedAgent.RunUnwatchedAsync(_task, "s-1");
        await _task.UntilFileAsync("began");
        using (var crash = new CancellationTokenSource())
        {
            var follow = _task.FollowAsync(process.Completion, crash.Token);
            await TaskFixture.UntilAsync(async () => (await _task.PrintedAsync()).Length > 0);
            await crash.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => follow);
        }

        var outcome = await _task.RunAsync();
        Assert.Equal((StepEnding.Succeeded, "done"), (outcome.Ending, outcome.Message));
        Assert.Equal("s-1", outcome.Agent!.Session!.Id);
        var heartbeat = await _task.Store.ReadHeartbeatAsync(_task.Id, Cancellation);
        Assert.Equal("s-1", heartbeat!.SessionId);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task What_earlier_lives_of_the_attempt_have_used_counts_for_the_budget_too()
    {
        ScriptedAgent.Configure(_task, "start; uses 60; [ $mode = resume ] || { touch began; sleep 300; }; sleep 5; ends done");
        await _task.PrepareAsync(ScriptedAgent.Body(_task, "Work.", tokens: 100));
        await InterruptAsync("s-1");
        var outcome = await _task.RunAsync();
        Assert.Equal((StepEnding.Stopped, StopReason.Budget), (outcome.Ending, outcome.Stop));
        Assert.Equal((120, "s-1"), (outcome.Agent!.Usage!.InputTokens, outcome.Agent.Session!.Id));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_session_that_was_never_stored_is_followed_by_a_new_one_and_that_is_said()
    {
        ScriptedAgent.Configure(
            _task, "echo \"$mode $prompt\" >> asked; [ $mode = resume ] && fails 'session not found'; start; [ -e began ] || { touch began; sleep 300; }; ends done");
        await _task.PrepareAsync(ScriptedAgent.Body(_task, "Do it."));
        await InterruptAsync("s-1");
        var outcome = await _task.RunAsync();
        Assert.Equal(StepEnding.Succeeded, outcome.Ending);
        Assert.NotEqual("s-1", outcome.Agent!.Session!.Id);
        Assert.True(outcome.Agent.Session.HasWorked);
        var asked = await File.ReadAllLinesAsync(Path.Combine(_task.Workspace, "asked"), Cancellation);
        Assert.Equal("fresh Do it.", asked[^1]);
        Assert.Contains(await _task.LogAsync(), line => line.Stream == LogStream.System && line.Text.Contains("a new one begins", StringComparison.Ordinal));
    }

    private async Task InterruptAsync(string session)
    {
        await ScriptedAgent.RunUnwatchedAsync(_task, session);
        await _task.UntilFileAsync("began");
        Assert.NotEmpty((await _task.EndLeftoversAsync()).Ended);
    }
}
