using DurableAgentTasks.Cli.Commands;
using DurableAgentTasks.Cli.Output;

namespace DurableAgentTasks.Cli.Tests.Commands;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("90m", "01:30:00")]
    [InlineData("1h30m", "01:30:00")]
    [InlineData("2d", "2.00:00:00")]
    [InlineData("45s", "00:00:45")]
    [InlineData("PT1H30M", "01:30:00")]
    public void Durations_are_read_as_people_write_them(string text, string expected)
    {
        Assert.True(DurationText.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0s")]
    [InlineData("-5m")]
    [InlineData("PT0S")]
    [InlineData("90")]
    [InlineData("5 m")]
    [InlineData("30m1h")]
    [InlineData("99999999999999m")]
    public void What_is_no_duration_is_not_guessed_at(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Theory]
    [InlineData(0.4, "0s")]
    [InlineData(45, "45s")]
    [InlineData(125, "2m5s")]
    [InlineData(725, "12m")]
    [InlineData(12_000, "3h20m")]
    [InlineData(500_000, "5d")]
    public void Times_are_shown_short(double seconds, string expected) => Assert.Equal(expected, TimeText.Short(TimeSpan.FromSeconds(seconds)));
}
