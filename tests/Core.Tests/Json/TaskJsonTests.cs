using System.Reflection;
using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Core.Tests.Json;

public sealed class TaskJsonTests
{
    public static TheoryData<Type> Enums() => [.. typeof(TaskRecord).Assembly.GetExportedTypes().Where(type => type.IsEnum)];

    [Theory]
    [InlineData("PT0S", 0)]
    [InlineData("PT0.5S", 0.5)]
    [InlineData("PT1H30M", 5400)]
    [InlineData("P1DT2H", 93_600)]
    [InlineData("P366D", 31_622_400)]
    [InlineData("-PT5M", -300)]
    [InlineData("PT0.0000001S", 0.0000001)]
    public void Durations_are_ISO_8601(string text, double seconds)
    {
        var duration = new TimeSpan((long)Math.Round(seconds * TimeSpan.TicksPerSecond));

        Assert.Equal($"\"{text}\"", Samples.Write(duration));
        Assert.Equal(duration, Samples.Read<TimeSpan>($"\"{text}\""));
    }

    [Theory]
    [InlineData("PT36H", 36)]
    [InlineData("PT90M", 1.5)]
    [InlineData("PT5400S", 1.5)]
    [InlineData("P1D", 24)]
    public void Durations_may_be_written_in_other_ways(string text, double hours)
    {
        Assert.True(Duration.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromHours(hours), duration);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" PT1H")]
    [InlineData("PT1H\n")]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("P1DT")]
    [InlineData("1h")]
    [InlineData("01:00:00")]
    [InlineData("PT1H30")]
    [InlineData("P1M")]
    [InlineData("P1Y")]
    [InlineData("P1Y2M3DT4H")]
    [InlineData("P2W")]
    [InlineData("pt1h")]
    [InlineData("PT1.5H")]
    [InlineData("PT99999999999999999999S")]
    [InlineData("P99999999999D")]
    [InlineData("PT000000000000000000000000000000000000000000001S")]
    public void What_is_no_duration_is_refused(string? text) => Assert.False(Duration.TryParse(text, out _));

    [Fact]
    public void Every_duration_survives()
    {
        TimeSpan[] extremes = [TimeSpan.MaxValue, TimeSpan.MinValue, TimeSpan.FromTicks(1), TimeSpan.FromTicks(-1)];

        Assert.All(extremes, duration => Assert.Equal(duration, Samples.Read<TimeSpan>(Samples.Write(duration))));
    }

    [Theory]
    [MemberData(nameof(Enums))]
    public void Every_enum_value_has_one_name_everywhere(Type type) =>
        typeof(TaskJsonTests).GetMethod(nameof(CheckNames), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type).Invoke(null, null);

    [Fact]
    public void Names_are_those_of_the_contract()
    {
        Assert.Equal("inPlace, worktree", WireName.List<WorkspaceIsolation>());
        Assert.Equal("pending, in_progress, completed, failed, skipped, cancelled", WireName.List<WorkStatus>());
        Assert.Equal("agent, shell, file, browser, search", WireName.List<StepKind>());
        Assert.Equal("user_request, timeout, error, hibernation, restart, quota", WireName.List<ResumptionKind>());
        Assert.Equal("\"inPlace\"", Samples.Write<WorkspaceIsolation?>(WorkspaceIsolation.InPlace));
    }

    [Fact]
    public void A_task_id_is_its_text()
    {
        Assert.Equal("\"fix-login\"", Samples.Write(TaskId.Parse("fix-login")));
        Assert.Equal(TaskId.Parse("fix-login"), Samples.Read<TaskId>("\"fix-login\""));
        Assert.Throws<JsonException>(() => Samples.Read<TaskId>("\"Fix Login\""));
        Assert.Throws<JsonException>(() => Samples.Read<TaskId>("7"));
    }

    [Theory]
    [InlineData("{}", null, false)]
    [InlineData("""{"task":null}""", null, true)]
    [InlineData("""{"task":"PT2H"}""", 2, true)]
    public void A_limit_of_none_is_not_the_same_as_no_limit_set(string json, int? hours, bool set)
    {
        var timeouts = Samples.Read<TimeoutRequest>(json);

        Assert.Equal(set, timeouts.Task is not null);
        Assert.Equal(hours is { } h ? TimeSpan.FromHours(h) : null, timeouts.Task?.Duration);
        Assert.Equal(json, Samples.Write(timeouts));
    }

    [Theory]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("\"x\"")]
    public void A_damaged_duration_is_a_JSON_error(string json) => Assert.Throws<JsonException>(() => Samples.Read<TimeSpan>(json));

    [Fact]
    public void Text_stays_readable() => Assert.Equal("\"a+b <é> ✓\"", Samples.Write("a+b <é> ✓"));

    private static void CheckNames<TEnum>()
        where TEnum : struct, Enum
    {
        foreach (var value in Enum.GetValues<TEnum>())
        {
            var name = WireName.Of(value);
            Assert.Equal($"\"{name}\"", Samples.Write(value));
            Assert.Equal(value, Samples.Read<TEnum>($"\"{name}\""));
            Assert.True(WireName.TryParse<TEnum>(name, out var parsed));
            Assert.Equal(value, parsed);
        }

        Assert.False(WireName.TryParse<TEnum>("0", out _));
        Assert.False(WireName.TryParse<TEnum>(null, out _));
        Assert.Throws<JsonException>(() => Samples.Read<TEnum>("0"));
    }
}
