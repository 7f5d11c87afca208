using DurableAgentTasks.Activities.Tests.Hosting;
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
}
