using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Agents.Tests.Processes;
using DurableAgentTasks.Agents.Watching;

namespace DurableAgentTasks.Agents.Tests.Watching;

/// <summary>Real processes on the real clock, with limits that are short enough.</summary>
public sealed class WatchedProcessTests
{
    private static readonly WatchLimits Limits = new()
    {
        StartUp = null,
        IdleWarning = null,
        Idle = null,
        SampleEvery = TimeSpan.FromMilliseconds(100),
    };

    [Fact(Timeout = 60_000)]
    public async Task One_that_sleeps_idles_and_one_that_works_in_a_session_of_its_own_does_not()
    {
        await using var working = new RunScope();
        await using var sleeping = new RunScope();
        var limits = Limits with { Idle = TimeSpan.FromSeconds(1), CpuTime = TimeSpan.FromSeconds(3) };

        // Until it has used three seconds of CPU, the first has had its second of silence many times.
        var verdicts = await Task.WhenAll(
            WatchAsync(working, working.Shell("(setsid sh -c 'while :; do :; done' &); sleep 1000"), limits),
            WatchAsync(sleeping, sleeping.Shell("sleep 1000"), limits));

        Assert.Equal("cpuTime", Assert.IsType<WatchVerdict.LimitPassed>(verdicts[0]).Limit);
        Assert.IsType<WatchVerdict.Idle>(verdicts[1]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Too_much_memory_passes_the_limit()
    {
        await using var scope = new RunScope();

        var verdict = await WatchAsync(scope, scope.Shell("head -c 60000000 /dev/zero | tail -c 60000000 | sleep 1000"), Limits with { MemoryBytes = 50_000_000 });

        Assert.True(Assert.IsType<WatchVerdict.LimitPassed>(verdict) is { Limit: "memoryBytes", Used: > 50_000_000 });
    }

    [Fact(Timeout = 60_000)]
    public async Task Too_many_processes_pass_the_limit()
    {
        await using var scope = new RunScope();

        var verdict = await WatchAsync(scope, scope.Shell("for i in 1 2 3 4 5; do setsid sleep 1000 & done; wait"), Limits with { Processes = 5 });

        Assert.Equal(new WatchVerdict.LimitPassed("processes", 6, 5), verdict);
    }

    [Fact(Timeout = 60_000)]
    public async Task Too_much_on_the_disk_passes_the_limit()
    {
        await using var scope = new RunScope();

        var verdict = await WatchAsync(
            scope, scope.Shell("mkdir -p .a/b; head -c 2000000 /dev/zero >.a/b/c; sleep 1000"), Limits with { DiskBytes = 1_000_000, DiskEvery = TimeSpan.FromMilliseconds(100) });

        Assert.True(Assert.IsType<WatchVerdict.LimitPassed>(verdict) is { Limit: "diskBytes", Used: > 2_000_000 });
    }

    private static async Task<WatchVerdict?> WatchAsync(RunScope scope, ProcessSpec spec, WatchLimits limits)
    {
        var process = await scope.StartAsync(spec);
        var watch = new RunWatch(process, scope.DataFolder, limits, TimeProvider.System);

        var verdict = await watch.RunAsync((_, _) => ValueTask.CompletedTask, process.Completion, TestContext.Current.CancellationToken);

        process.StopNow(new StopCause("test", "seen"));
        await process.Completion;
        return verdict;
    }
}
