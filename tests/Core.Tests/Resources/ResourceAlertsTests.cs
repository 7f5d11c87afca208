using DurableAgentTasks.Contracts.Time;
using DurableAgentTasks.Core.Resources;

namespace DurableAgentTasks.Core.Tests.Resources;

public sealed class ResourceAlertsTests
{
    [Theory]
    [InlineData(79.9, 79, 21, "")]
    [InlineData(80.0, 80, 20, "cpu 80 %, memory 80 %, disk 80 %")]
    [InlineData(94.9, 89, 6, "cpu 94 %, memory 89 %, disk 94 %")]
    [InlineData(95.0, 90, 5, "cpu 95 % (critical), memory 90 % (critical), disk 95 % (critical)")]
    [InlineData(null, 10, null, "")]
    public void What_is_short_is_told_from_its_threshold_on(double? cpu, long memory, int? diskFree, string alerts) =>
        Assert.Equal(alerts, string.Join(", ", ResourceAlerts.Of(new HostResourcesView(cpu, memory, 100, diskFree, diskFree is null ? null : 100))));

    [Theory]
    [InlineData("cpu 99 % (critical)", false)]
    [InlineData("memory 90 % (critical)", true)]
    [InlineData("disk 95 % (critical)", true)]
    [InlineData("memory 89 %", false)]
    [InlineData("disk 94 %", false)]
    public void Memory_and_disk_that_are_critically_short_endanger_what_runs(string alert, bool endangers) =>
        Assert.Equal(endangers, ResourceAlerts.Endangers(alert));

    [Theory]
    [InlineData("disk 82 %", "", "disk 82 %")]
    [InlineData("disk 82 %", "disk 81 %", "")]
    [InlineData("disk 82 %", "cpu 82 %", "disk 82 %")]
    [InlineData("disk 96 % (critical)", "disk 94 %", "disk 96 % (critical)")]
    [InlineData("disk 94 %", "disk 96 % (critical)", "disk 94 %")]
    public void Another_percentage_of_the_same_level_is_no_news(string now, string before, string news) =>
        Assert.Equal(news, string.Join(", ", ResourceAlerts.New([now], before.Length == 0 ? [] : [before])));

    [Fact]
    public void The_machine_is_sampled_every_half_a_minute_however_often_it_is_asked()
    {
        var time = new ManualTimeProvider();
        var samples = 0;
        var alerts = new ResourceAlerts(() => new HostResourcesView(80 + samples++, 0, 0, null, null), time);
        Assert.Equal(["cpu 80 %"], alerts.Latest());
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(["cpu 80 %"], alerts.Latest());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["cpu 81 %"], alerts.Latest());
    }
}
