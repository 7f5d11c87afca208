using DurableAgentTasks.Agents.Processes;

namespace DurableAgentTasks.Agents.Tests.Processes;

public sealed class TreeUsageTests
{
    private static readonly StopCause Seen = new("test", "seen");

    [Fact(Timeout = 60_000)]
    public async Task A_tree_that_works_uses_cpu_time_and_one_that_waits_none()
    {
        await using var scope = new RunScope();
        var working = await scope.StartAsync(scope.Shell("(setsid sh -c 'while :; do :; done' &); echo hanging; sleep 1000"));
        await scope.Output.SaidAsync("hanging");
        var waiting = await scope.StartAsync(scope.Spec("sleep", "1000"));
        await Poll.UntilAsync(() => waiting.Sample() is { Processes: 1 }, TimeSpan.FromMilliseconds(5), TestContext.Current.CancellationToken);
        var before = waiting.Sample().CpuTime;

        await CpuTimeAsync(working, TimeSpan.FromSeconds(0.5));

        Assert.Equal(3, working.Sample().Processes);
        Assert.InRange(waiting.Sample().CpuTime - before, TimeSpan.Zero, TimeSpan.FromSeconds(0.02));
        working.StopNow(Seen);
        waiting.StopNow(Seen);
        await working.Completion;
        await waiting.Completion;
        Assert.True(working.Sample() is { Processes: 0, ResidentBytes: 0 } after && after.CpuTime >= TimeSpan.FromSeconds(0.5));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("")]
    [InlineData("trap '' CHLD; ")]
    public async Task The_time_of_children_that_have_ended_stays(string first)
    {
        await using var scope = new RunScope();
        var process = await scope.StartAsync(scope.Shell(
            first + "sh -c 'until [ -e stop ]; do :; done' & setsid sh -c 'until [ -e stop ]; do :; done' & wait; echo hanging; exec sleep 1000"));
        await CpuTimeAsync(process, TimeSpan.FromSeconds(0.3));
        var before = process.Sample();

        File.WriteAllText(Path.Combine(scope.DataFolder, "stop"), "");
        await scope.Output.SaidAsync("hanging");
        var after = process.Sample();

        Assert.Equal((3, 1), (before.Processes, after.Processes));
        // Twice would be too much, and what the two used between the samples is little.
        Assert.InRange(after.CpuTime, before.CpuTime, before.CpuTime + TimeSpan.FromSeconds(0.25));
        process.StopNow(Seen);
        await process.Completion;
    }

    [Fact(Timeout = 60_000)]
    public async Task Memory_is_that_of_all_processes()
    {
        await using var scope = new RunScope();
        const string hog = "head -c 30000000 /dev/zero | tail -c 30000000 | sleep 1000";
        var process = await scope.StartAsync(scope.Shell($"{hog} & {hog}"));

        await Poll.UntilAsync(
            () => process.Sample() is { ResidentBytes: > 55_000_000 }, TimeSpan.FromMilliseconds(5), TestContext.Current.CancellationToken);

        Assert.InRange(process.Sample().ResidentBytes, 55_000_000, 100_000_000);
        process.StopNow(Seen);
        await process.Completion;
    }

    [Theory]
    [InlineData("0:01.23", 1.23)]
    [InlineData("123:00.00", 7380)]
    [InlineData("01:02:03", 3723)]
    [InlineData("2-00:00:05", 172805)]
    public void A_cpu_time_of_ps_is_read(string text, double seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), PsProcessTable.CpuTime(text));

    private static async Task CpuTimeAsync(SupervisedProcess process, TimeSpan atLeast) =>
        await Poll.UntilAsync(() => process.Sample().CpuTime >= atLeast, TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
}
