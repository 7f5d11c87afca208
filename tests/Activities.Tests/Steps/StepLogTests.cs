using DurableAgentTasks.Activities.Secrets;
using DurableAgentTasks.Activities.Tests.Hosting;
using DurableAgentTasks.Storage.Logs;

namespace DurableAgentTasks.Activities.Tests.Steps;

public sealed class StepLogTests : IAsyncDisposable
{
    private readonly TaskFixture _task = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _task.DisposeAsync();

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_line_of_the_service_s_own_comes_between_two_lines_of_a_step_that_runs()
    {
        var process = await _task.RunUnwatchedAsync($"echo one; {TaskFixture.Waits("go")}; echo two");
        var log = _task.Logs.Of(_task.Id, "1.1", SecretMask.None);
        var follow = _task.FollowAsync(log, process.Completion, Cancellation);
        await _task.UntilLoggedAsync("one");
        await log.SystemLineAsync("It idles.", Cancellation);
        _task.Touch("go");
        await follow;
        Assert.Equal(["one", "It idles.", "two"], (await _task.LogAsync()).Select(line => line.Text));
        Assert.Equal(3, log.LastSeq);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_store_that_fails_meanwhile_costs_neither_of_them_a_line()
    {
        var process = await _task.RunUnwatchedAsync($"echo one; {TaskFixture.Waits("go")}; echo two; {TaskFixture.Waits("end")}; echo three");
        var log = _task.Logs.Of(_task.Id, "1.1", SecretMask.None);
        var follow = _task.FollowAsync(log, process.Completion, Cancellation);
        await _task.UntilLoggedAsync("one");
        _task.Blobs.Fault = name => name.Contains("/log/", StringComparison.Ordinal) ? new IOException("full") : null;
        var line = log.SystemLineAsync("It idles.", Cancellation);
        await TaskFixture.UntilAsync(() => Task.FromResult(_task.Blobs.Refused > 0));
        _task.Touch("go");
        await TaskFixture.UntilAsync(() => Task.FromResult(_task.Blobs.Refused > 1));
        _task.Blobs.Fault = _ => null;
        await line;
        _task.Touch("end");
        await follow;
        Assert.Equal(["one", "two", "three"], await _task.PrintedAsync());
        Assert.Single(await _task.LogAsync(), said => said.Stream == LogStream.System);
    }
}
