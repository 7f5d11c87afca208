using DurableAgentTasks.Activities.Tests.Hosting;
using DurableAgentTasks.Core.Recovery;
using DurableAgentTasks.Storage.Logs;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Tests.Steps;

public sealed class StepRunnerTests : IAsyncDisposable
{
    private readonly TaskFixture _task = new();

    public ValueTask DisposeAsync() => _task.DisposeAsync();

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task Output_is_in_the_log_while_the_step_runs_and_to_its_last_byte()
    {
        await _task.PrepareAsync($"echo one; {TaskFixture.Waits("go")}; echo two; printf last; printf err >&2");
        var run = _task.RunAsync();
        await _task.UntilLoggedAsync("one");
        Assert.False(run.IsCompleted);
        _task.Touch("go");
        Assert.Equal(new StepOutcome(StepEnding.Succeeded, 0, "It exited with 0."), await run);
        var log = await _task.LogAsync();
        Assert.Equal(["one", "two", "last"], log.Where(line => line.Stream == LogStream.Stdout).Select(line => line.Text));
        Assert.Equal("err", Assert.Single(log, line => line.Stream == LogStream.Stderr).Text);
        Assert.All(log, line => Assert.Equal("1.1", line.StepId));
    }

    [Theory(Timeout = TaskFixture.Patience)]
    [InlineData("exit 1", 1, "It exited with 1.")]
    [InlineData("no-such-command-here", 127, "the shell did not find a command")]
    [InlineData("kill -TERM $$", 143, "dies of signal 15")]
    public async Task A_failure_tells_its_exit_code_and_what_it_means(string command, int code, string message)
    {
        await _task.PrepareAsync(command);
        var outcome = await _task.RunAsync();
        Assert.Equal((StepEnding.Failed, (int?)code), (outcome.Ending, outcome.ExitCode));
        Assert.Contains(message, outcome.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_workspace_that_is_gone_is_told_in_the_outcome_and_the_log()
    {
        await _task.PrepareAsync("echo never");
        Directory.Delete(_task.Workspace);
        var outcome = await _task.RunAsync();
        Assert.Equal((StepEnding.NotStarted, null), (outcome.Ending, outcome.ExitCode));
        Assert.Contains(_task.Workspace, outcome.Message, StringComparison.Ordinal);
        Assert.Contains("was not started", Assert.Single(await _task.LogAsync()).Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_run_that_cannot_be_written_down_is_a_failure_that_may_pass()
    {
        await _task.PrepareAsync("echo ran");
        await File.WriteAllBytesAsync(Path.Combine(_task.Data, "runs"), [], TestContext.Current.CancellationToken);
        var outcome = await _task.RunAsync();
        Assert.Equal((StepEnding.NotStarted, FailureClass.Resource), (outcome.Ending, outcome.Failure!.Class));
        File.Delete(Path.Combine(_task.Data, "runs"));
        Assert.Equal(StepEnding.Succeeded, (await _task.Runner.RunAsync(_task.Attempt(2), default)).Ending);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task What_a_command_leaves_running_is_ended_and_told()
    {
        await _task.PrepareAsync("sleep 300 >/dev/null 2>&1 & echo done");
        var outcome = await _task.RunAsync();
        Assert.Equal(new StepOutcome(StepEnding.Succeeded, 0, "It exited with 0. It left 1 process running, which were ended."), outcome);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_step_gets_what_the_request_gives_and_none_of_the_service_s_configuration()
    {
        string[] secrets = ["Auth__Keys__flow__Key", "auth__keys__flow__key", "Auth:Keys:flow:Key", "DOTNET_Auth__Keys__flow__Key", "AzureWebJobsStorage", "ASPNETCORE_flow", "IDENTITY_HEADER", "APPLICATIONINSIGHTS_CONNECTION_STRING"];
        foreach (var name in secrets) Environment.SetEnvironmentVariable(name, "hush-hush");
        Environment.SetEnvironmentVariable("DOTNET_flow", "visible");
        try
        {
            await _task.PrepareAsync("env");
            await _task.RunAsync();
        }
        finally
        {
            foreach (var name in secrets.Append("DOTNET_flow")) Environment.SetEnvironmentVariable(name, null);
        }

        var environment = await _task.PrintedAsync();
        Assert.DoesNotContain(environment, line => line.Contains("hush-hush", StringComparison.Ordinal));
        Assert.Superset(new HashSet<string> { "GREETING=hello", "DAT_TASK=task-1", "DAT_STEP=1.1", "DOTNET_flow=visible" }, environment.ToHashSet());
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_log_that_fails_for_a_moment_goes_on_while_the_step_runs()
    {
        await _task.PrepareAsync($"echo one; {TaskFixture.Waits("go")}; echo two");
        _task.Blobs.Fault = name => name.Contains("/log/", StringComparison.Ordinal) && _task.Blobs.Refused == 0 ? new IOException("full") : null;
        var run = _task.RunAsync();
        await _task.UntilLoggedAsync("one");
        Assert.Equal(1, _task.Blobs.Refused);
        _task.Touch("go");
        Assert.Equal(StepEnding.Succeeded, (await run).Ending);
        Assert.Equal(["one", "two"], await _task.PrintedAsync());
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_log_that_fails_under_both_streams_loses_and_doubles_nothing()
    {
        await _task.PrepareAsync("for i in $(seq 1 200); do echo o$i; echo e$i >&2; done");
        var writes = 0;
        _task.Blobs.Fault = name => name.Contains("/log/", StringComparison.Ordinal) && Interlocked.Increment(ref writes) is 1 or 4 ? new IOException("full") : null;
        Assert.Equal(StepEnding.Succeeded, (await _task.RunAsync()).Ending);
        Assert.NotEqual(0, _task.Blobs.Refused);
        Assert.Equal(
            Enumerable.Range(1, 200).SelectMany(i => new[] { $"o{i}", $"e{i}" }).Order(StringComparer.Ordinal),
            (await _task.PrintedAsync()).Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_log_that_can_never_be_written_again_leaves_no_process()
    {
        await _task.PrepareAsync("echo one; touch began; sleep 300");
        _task.Blobs.Fault = name => name.Contains("/log/", StringComparison.Ordinal) ? new InvalidOperationException("taken over") : null;
        await Assert.ThrowsAsync<InvalidOperationException>(() => _task.RunAsync());
        Assert.Empty((await _task.EndLeftoversAsync()).Ended);
    }
}
