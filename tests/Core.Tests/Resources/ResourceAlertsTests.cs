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
