using DurableAgentTasks.Agents.Watching;

namespace DurableAgentTasks.Agents.Tests.Watching;

public sealed class IdleTests
{
    private static readonly WatchLimits Limits = new() { StartUp = null };

    [Fact]
    public void Who_does_nothing_is_warned_after_five_minutes_once_and_expires_after_fifteen()
    {
        using var scope = new WatchScope(Limits);

        var (_, warning) = scope.Pass(seconds: 300);
        var (verdict, second) = scope.Pass(seconds: 600);

        Assert.Equal(new IdleWarning(scope.Began, TimeSpan.FromMinutes(15)), warning);
        Assert.Null(second);
        Assert.Equal(new WatchVerdict.Idle(scope.Began), verdict);
        Assert.Equal(scope.Began + TimeSpan.FromMinutes(15), scope.Time.GetUtcNow());
    }

    [Fact]
    public void There_is_no_limit_where_none_is_set()
    {
        using var scope = new WatchScope(Limits with { Idle = null, IdleWarning = null });

        Assert.Equal((null, null), scope.Pass(seconds: 7200));
    }

    [Fact]
    public void Output_makes_a_new_idle_period_with_a_warning_of_its_own()
    {
        using var scope = new WatchScope(Limits);
        Assert.NotNull(scope.Pass(seconds: 300).Warning);

        scope.Watch.OutputSeen();

        Assert.Equal((null, null), scope.Pass(seconds: 295));
        Assert.Equal(scope.Began + TimeSpan.FromMinutes(5), scope.Pass(seconds: 5).Warning?.Since);
        Assert.Equal(scope.Began + TimeSpan.FromMinutes(5), scope.Watch.Latest.LastOutputAt);
    }

    [Theory]
    [InlineData(0.06, true)]
    [InlineData(0.04, false)]
    public void A_silent_tree_idles_below_one_percent_of_a_core(double secondsInFive, bool active)
    {
        using var scope = new WatchScope(Limits);

        var warned = false;
        for (var i = 0; i < 120; i++)
        {
            scope.UseCpu(secondsInFive);
            warned |= scope.Pass(seconds: 5).Warning is not null;
        }

        Assert.Equal(!active, warned);
        Assert.Equal(secondsInFive / 5 * 100, scope.Watch.Latest.CpuPercent, tolerance: 1e-6);
    }

    [Fact]
    public void A_burst_counts_for_the_minute_after_it()
    {
        using var scope = new WatchScope(Limits);
        scope.Pass(seconds: 100);

        scope.UseCpu(1);
        var (_, warning) = scope.Pass(seconds: 1000);

        // Seen at 105 s; at 160 s the window still holds it, at 165 s it begins with it.
        Assert.Equal(scope.Began + TimeSpan.FromSeconds(160), warning?.Since);
    }

    [Fact]
    public void A_changed_file_keeps_a_silent_run_alive_from_the_time_of_its_change()
    {
        using var scope = new WatchScope(Limits);
        scope.Pass(seconds: 200);
        Directory.CreateDirectory(Path.Combine(scope.Workspace, ".hidden"));
        scope.Touch(".hidden/file");
        Directory.SetLastWriteTimeUtc(Path.Combine(scope.Workspace, ".hidden"), DateTime.UnixEpoch);

        var (_, warning) = scope.Pass(seconds: 1000);

        Assert.Equal(scope.Began + TimeSpan.FromSeconds(200), warning?.Since);
        Assert.Equal(scope.Began + TimeSpan.FromSeconds(500), scope.Time.GetUtcNow());
    }

    [Fact]
    public void A_removed_file_is_a_change_of_its_folder()
    {
        using var scope = new WatchScope(Limits);
        scope.Pass(seconds: 200);
        Directory.SetLastWriteTimeUtc(scope.Workspace, scope.Time.GetUtcNow().UtcDateTime);

        Assert.Equal(scope.Began + TimeSpan.FromSeconds(200), scope.Pass(seconds: 1000).Warning?.Since);
    }

    [Fact]
    public void A_file_from_the_far_future_is_no_activity()
    {
        using var scope = new WatchScope(Limits);
        scope.Touch();
        File.SetLastWriteTimeUtc(Path.Combine(scope.Workspace, "file"), new DateTime(2100, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        Assert.NotNull(scope.Pass(seconds: 300).Warning);
    }

    [Fact]
    public void A_finding_waits_for_a_huge_workspace_to_be_looked_through()
    {
        using var scope = new WatchScope(Limits, entriesPerLook: 10);
        for (var i = 0; i < 95; i++) scope.Touch($"file{i}");

        Assert.NotNull(scope.Pass(seconds: 1000).Warning);

        Assert.Equal(scope.Began + TimeSpan.FromSeconds(300 + (9 * 5)), scope.Time.GetUtcNow());
    }

    [Fact]
    public void What_happens_while_a_huge_workspace_is_looked_through_is_not_lost()
    {
        using var scope = new WatchScope(Limits, entriesPerLook: 10);
        for (var i = 0; i < 95; i++) scope.Touch($"file{i}");
        scope.Pass(seconds: 320);

        scope.Watch.OutputSeen();

        Assert.Equal(scope.Began + TimeSpan.FromSeconds(320), scope.Pass(seconds: 1000).Warning?.Since);
    }

    [Fact]
    public void Frozen_time_does_not_count()
    {
        using var scope = new WatchScope(Limits);
        scope.Pass(seconds: 100);
        scope.Touch();
        scope.Pass(seconds: 100);

        scope.Watch.Frozen();
        scope.Watch.Frozen();
        scope.Time.Advance(TimeSpan.FromHours(3));
        scope.Watch.Thawed();
        scope.Watch.Thawed();
        scope.Pass(seconds: 195);
        var (_, warning) = scope.Pass(seconds: 5);

        // Of its five minutes one and two thirds had passed since the change before it was frozen.
        Assert.Equal(scope.Began + TimeSpan.FromSeconds(100), warning?.Since);
        Assert.Equal(scope.Began + TimeSpan.FromHours(3) + TimeSpan.FromSeconds(400), scope.Time.GetUtcNow());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void It_is_said_neither_too_early_nor_much_too_late(int seed)
    {
        var random = new Random(seed);
        for (var run = 0; run < 20; run++) CheckRandomRun(random);
    }

    private static void CheckRandomRun(Random random)
    {
        using var scope = new WatchScope(Limits);
        var quiet = TimeSpan.Zero;
        var warned = false;
        var busy = random.Next(2, 80);
        while (true)
        {
            switch (random.Next(busy))
            {
                case 0 when random.Next(2) == 0:
                    scope.UseCpu(1);
                    (quiet, warned) = (TimeSpan.Zero, false);
                    break;
                case 0:
                    scope.Watch.OutputSeen();
                    (quiet, warned) = (TimeSpan.Zero, false);
                    break;
                case 1 when quiet == TimeSpan.Zero || !warned:
                    scope.Touch($"file{random.Next(3)}");
                    (quiet, warned) = (TimeSpan.Zero, false);
                    break;
                case 2:
                    scope.Watch.Frozen();
                    scope.Time.Advance(TimeSpan.FromMinutes(random.Next(30)));
                    scope.Watch.Thawed();
                    break;
            }

            busy++;
            var (verdict, warning) = scope.Pass(seconds: 5);
            quiet += TimeSpan.FromSeconds(5);
            if (warning is not null)
            {
                Assert.False(warned);
                Assert.True(quiet >= Limits.IdleWarning, $"warned after {quiet}");
                warned = true;
            }

            if (verdict is not null)
            {
                Assert.True(warned && quiet >= Limits.Idle, $"{verdict} after {quiet}");
                return;
            }

            Assert.True(quiet < Limits.Idle + TimeSpan.FromSeconds(65), $"nothing after {quiet}");
        }
    }
}
