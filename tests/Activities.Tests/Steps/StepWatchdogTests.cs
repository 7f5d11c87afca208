using System.Diagnostics;
using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Contracts.Time;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Activities.Tests.Steps;

public sealed class StepWatchdogTests : IAsyncDisposable
{
    private const int Patience = 60_000;

    private static readonly TaskId Id = TaskId.Parse("supervised");
    private static readonly DateTimeOffset Start = new ManualTimeProvider().GetUtcNow();

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();
    private readonly TaskCompletionSource _hostDied = new();
    private readonly StepRuns _runs;
    private readonly StepHolds _holds;
    private readonly Task _watch;
    private SupervisedProcess? _run;

    public StepWatchdogTests()
    {
        _runs = new StepRuns(_folder.Path);
        _holds = new StepHolds(_runs, _time);
        _watch = new StepWatchdog(_runs, _holds, _time).RunAsync(_hostDied.Task);
    }

    private StepRunFolder Attempt => _runs.Open(Id, "1.1", attempt: 1, life: 1);

    public async ValueTask DisposeAsync()
    {
        _hostDied.TrySetResult();
        foreach (var hold in _holds.All()) _holds.Remove(hold.Task);
        await UntilAsync(() => _watch.IsCompleted, by: 60);
        _run?.StopNow(new StopCause("test", "The test is over."));
        if (_run is not null) await _run.Completion;
        _folder.Dispose();
    }

    [Theory(Timeout = Patience)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_host_cannot_hold_any_more_is_ended_and_was_interrupted(bool hostDied)
    {
        await RunAsync("trap '' INT TERM; while :; do sleep 0.01; done");
        _holds.Extend(Id, TimeSpan.FromSeconds(40));
        if (hostDied) _hostDied.SetResult();
        await UntilAsync(() => _time.NextDue == Start.AddSeconds(40), by: 39.9);
        Assert.Equal((RunState.Alive, false), (Attempt.Folder.Read().State, _watch.IsCompleted));

        // Politely at first; what does not heed it is killed 5 s later.
        await UntilAsync(() => _run!.Completion.IsCompleted, by: 46);
        Assert.Null(Attempt.OwnExitCode());
        await UntilAsync(() => _holds.All().Count == 0);
        await UntilAsync(() => _watch.IsCompleted == hostDied, by: 48);
    }

    [Fact(Timeout = Patience)]
    public async Task What_the_next_life_of_the_host_holds_is_left_to_it()
    {
        await RunAsync("while :; do sleep 0.01; done");
        _holds.Extend(Id, TimeSpan.FromSeconds(40));
        _hostDied.SetResult();
        await UntilAsync(() => _time.NextDue == Start.AddSeconds(30), by: 29);
        Assert.False(_watch.IsCompleted);
        _holds.Extend(Id, TimeSpan.FromSeconds(40));
        await UntilAsync(() => _watch.IsCompleted, by: 30);
        Assert.Equal(RunState.Alive, Attempt.Folder.Read().State);
        Assert.Single(_holds.All());
    }

    [Fact(Timeout = Patience)]
    public async Task Nothing_is_left_to_do_when_a_host_ends_that_holds_nothing()
    {
        _holds.Extend(Id, TimeSpan.FromSeconds(40));
        _holds.Remove(Id);
        _hostDied.SetResult();
        await UntilAsync(() => _watch.IsCompleted);
    }

    [Fact(Timeout = Patience)]
    public async Task As_a_process_it_outlives_its_host_and_ends_what_that_left()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "DurableAgentTasks.FakeAgent" + (OperatingSystem.IsWindows() ? ".exe" : ""));
        using var host = Process.Start(new ProcessStartInfo(program, ["guarded", _folder.Path, "2", program, "ignore-sigint"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        using var watchdog = Process.GetProcessById(int.Parse((await host.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!));
        Assert.Equal("supervising", await host.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        if (!OperatingSystem.IsWindows()) await Process.Start("kill", ["-TERM", $"{watchdog.Id}"]).WaitForExitAsync(TestContext.Current.CancellationToken);
        host.Kill();
        await host.WaitForExitAsync(TestContext.Current.CancellationToken);
        await UntilAsync(() => Attempt.Folder.Read().State != RunState.Alive);
        Assert.Null(Attempt.OwnExitCode());
        await watchdog.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private async Task RunAsync(string command)
    {
        var spec = ShellCommand.ToSpec(command, _folder.Path, Attempt.Folder, RunTag.Create(_runs.DataFolder, Id, Attempt.Name));
        _run = Assert.IsType<ProcessStart.Started>(await SupervisedProcess.StartAsync(spec, TimeProvider.System, default, default)).Process;
        await UntilAsync(() => File.Exists(Attempt.Folder.StandardError));
    }

    /// <summary>Waits until it is so; the clock goes to whatever is due by then, given in seconds since the start.</summary>
    private async Task UntilAsync(Func<bool> condition, double by = 0)
    {
        while (!condition())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            if (_time.NextDue is { } due && due <= Start.AddSeconds(by)) _time.AdvanceTo(due);
            await Task.Yield();
        }
    }
}
