using DurableAgentTasks.Activities.Tests.Hosting;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Tests.Steps;

public sealed class StepPulseTests : IAsyncDisposable
{
    private readonly TaskFixture _task = new();

    public ValueTask DisposeAsync() => _task.DisposeAsync();

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_step_has_a_pulse_while_it_runs()
    {
        await _task.PrepareAsync($"echo ready; {TaskFixture.Waits("go")}");
        var began = DateTimeOffset.UtcNow;
        Assert.Null((await _task.PulseAsync()).LastActivityAt);
        var run = _task.RunAsync();
        await TaskFixture.UntilAsync(async () => (await _task.PulseAsync()).LastActivityAt is not null);
        Assert.InRange((await _task.PulseAsync()).LastActivityAt!.Value, began, DateTimeOffset.UtcNow);
        _task.Touch("go");
        await run;
        Assert.Null((await _task.PulseAsync()).LastActivityAt);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task What_the_runner_said_last_counts_if_that_is_not_long_ago()
    {
        await _task.PrepareAsync("echo");
        var now = DateTimeOffset.UtcNow;
        var beat = new TaskHeartbeat
        {
            At = now, Since = now, LastActivityAt = now.AddMinutes(-3), Alive = true, Host = "other", StepId = "1.1", Attempt = 1, Alerts = ["disk 96 % (critical)"],
        };
        await _task.Store.WriteHeartbeatAsync(_task.Id, beat, TestContext.Current.CancellationToken);
        var pulse = await _task.PulseAsync();
        Assert.Equal(beat.LastActivityAt, pulse.LastActivityAt);
        Assert.Equal(beat.Alerts, pulse.Alerts);

        await _task.Store.WriteHeartbeatAsync(_task.Id, beat with { At = now.AddMinutes(-2) }, TestContext.Current.CancellationToken);
        Assert.Equal(new StepPulse(null, TimeSpan.FromMinutes(5), []), await _task.PulseAsync());
    }

    [Theory(Timeout = TaskFixture.Patience)]
    [InlineData("true", true)]
    [InlineData(null, false)]
    public async Task Whether_danger_pauses_is_the_operators_to_say(string? set, bool pauses)
    {
        _task.Configuration["Agents:PauseInDanger"] = set;
        _task.Begin();
        await _task.PrepareAsync("echo");
        Assert.Equal(pauses, (await _task.PulseAsync()).PausesInDanger);
    }

    [Theory(Timeout = TaskFixture.Patience)]
    [InlineData("00:05:00", "00:15:00", 5)]
    [InlineData("00:05:00", "00:04:00", null)]
    [InlineData("00:05:00", null, null)]
    [InlineData(null, "00:15:00", null)]
    public async Task Nobody_is_warned_of_a_pause_that_does_not_come_or_comes_first(string? warning, string? idle, int? minutes)
    {
        _task.Configuration["Timeouts:IdleWarning"] = warning;
        _task.Configuration["Timeouts:Idle:Default"] = idle;
        _task.Begin();
        await _task.PrepareAsync("echo");
        Assert.Equal(minutes is { } most ? TimeSpan.FromMinutes(most) : null, (await _task.PulseAsync()).IdleWarningAfter);
    }
}
