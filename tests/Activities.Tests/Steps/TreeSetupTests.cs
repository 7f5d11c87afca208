using DurableAgentTasks.Activities.Tests.Hosting;
using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Core.Recovery;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Tests.Steps;

public sealed class TreeSetupTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _origin;

    public TreeSetupTests()
    {
        _origin = Directory.CreateDirectory(Path.Combine(_folder.Path, "origin")).FullName;
        File.WriteAllText(Path.Combine(_origin, "a"), "one");
        UserRepository.Init(_origin);
    }

    public void Dispose() => _folder.Dispose();

    [Theory(Timeout = TaskFixture.Patience)]
    [InlineData("clone")]
    [InlineData("worktree")]
    [InlineData("inPlace")]
    public async Task A_fresh_tree_is_set_up_once_before_its_first_step(string kind)
    {
        await using var task = new TaskFixture();
        await task.PrepareAsync(Body(kind, "echo setting up; echo x >> set-up", "cat a; wc -l < set-up"));

        Assert.Equal(StepEnding.Succeeded, (await task.RunAsync()).Ending);
        Assert.Equal(StepEnding.Succeeded, (await task.Runner.RunAsync(task.Attempt(2), default)).Ending);

        Assert.Equal(["setting up", "one1", "one1"], await task.PrintedAsync());
        Assert.Equal("setup", (await task.LogAsync())[0].StepId);
        Assert.Equal(kind != "inPlace", !File.Exists(Path.Combine(_origin, "set-up")));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_setup_that_fails_keeps_the_step_from_being_started_and_is_tried_again_with_it()
    {
        await using var task = new TaskFixture();
        await task.PrepareAsync(Body("inPlace", "echo no such package; test -e mended", "echo step"));

        var failed = await task.RunAsync();

        Assert.Equal((StepEnding.NotStarted, FailureClass.Command, 1), (failed.Ending, failed.Failure!.Class, failed.ExitCode));
        Assert.Contains("setup of the work tree failed", failed.Message, StringComparison.Ordinal);
        Assert.Contains("no such package", failed.Failure.Evidence, StringComparison.Ordinal);

        await File.WriteAllTextAsync(Path.Combine(_origin, "mended"), "", TestContext.Current.CancellationToken);
        Assert.Equal(StepEnding.Succeeded, (await task.Runner.RunAsync(task.Attempt(2), default)).Ending);
        Assert.Equal(["no such package", "no such package", "step"], await task.PrintedAsync());
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_step_that_is_stopped_while_its_tree_is_set_up_ends_the_setup()
    {
        await using var task = new TaskFixture();
        await task.PrepareAsync(Body("inPlace", "echo begun; sleep 1000", "echo step"));
        var running = task.RunAsync();
        await task.UntilLoggedAsync("begun");
        await task.StopAsync();
        var stopped = await running;
        Assert.Equal((StepEnding.Stopped, StopReason.Cancelled), (stopped.Ending, stopped.Stop));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_setup_that_is_cut_off_by_the_end_of_its_host_is_done_in_its_next_life_and_on_the_next_host()
    {
        var blobs = new FileBlobStore(Path.Combine(_folder.Path, "blobs"), TimeProvider.System);
        await using var first = new TaskFixture(blobs);
        await first.PrepareAsync(Body("clone", "echo begun; test -e .git/go || sleep 1000", "echo step"));
        using var stops = new CancellationTokenSource();
        var running = first.RunAsync(stops.Token);
        await first.UntilLoggedAsync("begun");
        await stops.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await first.TakeAsync(1);

        // The other host has nothing of the first, not even what it printed.
        await using var second = new TaskFixture(blobs);
        var again = second.RunAsync();
        await TaskFixture.UntilAsync(async () => (await second.PrintedAsync()).Count(line => line == "begun") == 2);
        await File.WriteAllTextAsync(Path.Combine(second.Data, "workspaces", "task-1", "tree", ".git", "go"), "", TestContext.Current.CancellationToken);
        await second.StopAsync(StopReason.Paused);
        Assert.Equal(StepEnding.Stopped, (await again).Ending);
        Assert.Equal(StepEnding.Succeeded, (await second.Runner.RunAsync(second.Attempt(2), default)).Ending);
        Assert.Equal(["begun", "begun", "begun", "step"], await second.PrintedAsync());
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_tree_that_cannot_be_made_is_told()
    {
        await using var task = new TaskFixture();
        await task.PrepareAsync(TaskFixture.BodyOf(new { repository = Path.Combine(_folder.Path, "nowhere") }, "true"));
        var outcome = await task.RunAsync();
        Assert.Equal((StepEnding.NotStarted, FailureClass.Transient), (outcome.Ending, outcome.Failure!.Class));
        Assert.Contains("git cannot clone", outcome.Message, StringComparison.Ordinal);
    }

    private System.Text.Json.JsonElement Body(string kind, string setup, string command) => kind == "clone"
        ? TaskFixture.BodyOf(new { repository = _origin, setup }, command)
        : TaskFixture.BodyOf(new { path = _origin, isolation = kind, setup }, command);
}
