using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Agents.Watching;

namespace DurableAgentTasks.Agents.Tests.Watching;

public sealed class LimitTests
{
    public static TheoryData<WatchLimits, TreeUsage, string?> Cases => new()
    {
        { new() { CpuTime = TimeSpan.FromSeconds(10) }, new(TimeSpan.FromSeconds(10), 0, 0), null },
        { new() { CpuTime = TimeSpan.FromSeconds(10) }, new(TimeSpan.FromSeconds(10.5), 0, 0), "cpuTime 10.5 10" },
        { new() { MemoryBytes = 1000 }, new(TimeSpan.Zero, 1000, 0), null },
        { new() { MemoryBytes = 1000 }, new(TimeSpan.Zero, 1001, 0), "memoryBytes 1001 1000" },
        { new() { Processes = 3 }, new(TimeSpan.Zero, 0, 3), null },
        { new() { Processes = 3 }, new(TimeSpan.Zero, 0, 4), "processes 4 3" },
        { new(), new(TimeSpan.FromDays(1000), long.MaxValue, int.MaxValue), null },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_limit_is_passed_above_it_and_not_at_it(WatchLimits limits, TreeUsage usage, string? passed)
    {
        using var scope = new WatchScope(limits) { Usage = usage };

        var verdict = scope.Watch.Look().Verdict as WatchVerdict.LimitPassed;

        Assert.Equal(passed, verdict is null ? null : FormattableString.Invariant($"{verdict.Limit} {verdict.Used} {verdict.Allowed}"));
        Assert.Equal(usage, scope.Watch.Latest.Usage);
    }

    [Fact]
    public void The_disk_is_that_of_workspace_and_run_folder_and_is_measured_once_a_minute()
    {
        using var scope = new WatchScope(new WatchLimits { StartUp = null, DiskBytes = 1000 });
        File.WriteAllBytes(Path.Combine(scope.Workspace, "a"), new byte[600]);
        File.WriteAllBytes(Path.Combine(scope.RunFolder, "stdout"), new byte[400]);
        Assert.Null(scope.Pass(seconds: 5).Verdict);
        Assert.Equal(1000, scope.Watch.Latest.DiskBytes);

        File.WriteAllBytes(Path.Combine(scope.RunFolder, "stderr"), new byte[1]);

        Assert.Null(scope.Pass(seconds: 55).Verdict);
        Assert.Equal(new WatchVerdict.LimitPassed("diskBytes", 1001, 1000), scope.Pass(seconds: 5).Verdict);
    }

    [Fact]
    public void A_huge_workspace_is_measured_in_steps()
    {
        using var scope = new WatchScope(new WatchLimits { StartUp = null, DiskBytes = 1000 }, entriesPerLook: 10);
        for (var i = 0; i < 95; i++) File.WriteAllBytes(Path.Combine(scope.Workspace, $"{i}"), new byte[11]);

        scope.Pass(seconds: 9 * 5);
        Assert.Null(scope.Watch.Latest.DiskBytes);

        Assert.Equal(new WatchVerdict.LimitPassed("diskBytes", 95 * 11, 1000), scope.Pass(seconds: 5).Verdict);
    }
}
