using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Timeouts;

namespace DurableAgentTasks.Core.Tests.Timeouts;

public sealed class TimeoutOptionsTests
{
    [Theory]
    [InlineData(TimeoutPreset.Standard, "file 10s/1m browser 30s/2m search 1m/2m shell 10m/1440m agent 120m/- start 1m/5m phase -/- task 240m/- idle 15m/-")]
    [InlineData(TimeoutPreset.Guide, "file 10s/1m browser 30s/2m search 1m/2m shell 30s/5m agent 120m/- start 1m/5m phase 10m/30m task 60m/240m idle 15m/-")]
    public void The_presets_have_the_numbers_of_the_specification(TimeoutPreset preset, string expected)
    {
        var options = TimeoutOptions.For(preset);

        Assert.Equal(preset, options.Preset);
        Assert.Equal(TimeSpan.FromMinutes(5), options.IdleWarning);
        Assert.Equal(
            expected,
            $"file {Show(options.File)} browser {Show(options.Browser)} search {Show(options.Search)} shell {Show(options.Shell)} agent {Show(options.AgentStep)} "
            + $"start {Show(options.AgentStart)} phase {Show(options.Phase)} task {Show(options.Task)} idle {Show(options.Idle)}");
    }

    [Theory]
    [InlineData(TimeoutPreset.Standard)]
    [InlineData(TimeoutPreset.Guide)]
    public void The_presets_are_valid(TimeoutPreset preset) => Assert.Empty(TimeoutOptions.For(preset).Validate());

    [Fact]
    public void Everything_wrong_is_told_at_once()
    {
        var options = new TimeoutOptions { IdleWarning = TimeSpan.FromHours(1) };
        options.Shell.Default = TimeSpan.FromHours(48);
        options.File.Max = TimeSpan.Zero;
        options.Browser.Default = null;
        options.Task.Default = TimeSpan.FromDays(1000);

        Assert.Equal(
            ["Timeouts:File:Max", "Timeouts:File:Default", "Timeouts:Browser:Default", "Timeouts:Browser:Default and Max", "Timeouts:Shell:Default", "Timeouts:Task:Default", "Timeouts:IdleWarning"],
            options.Validate().Select(error => error.StartsWith("Timeouts:Browser:Default and", StringComparison.Ordinal) ? "Timeouts:Browser:Default and Max" : error[..error.IndexOf(' ', StringComparison.Ordinal)]));
    }

    [Theory]
    [InlineData(StepKind.File, 10)]
    [InlineData(StepKind.Browser, 30)]
    [InlineData(StepKind.Search, 60)]
    [InlineData(StepKind.Shell, 600)]
    [InlineData(StepKind.Agent, 7200)]
    public void A_step_without_a_limit_of_its_own_has_that_of_its_kind(StepKind kind, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), new EffectiveTimeouts(new(), Request: null).OfStep(StepOf(kind, null)));

    [Fact]
    public void A_steps_own_limit_goes_before_the_requests_and_that_before_the_operators()
    {
        var asked = new EffectiveTimeouts(new(), new() { AgentStep = new(TimeSpan.FromHours(5)) });

        Assert.Equal(TimeSpan.FromMinutes(1), asked.OfStep(StepOf(StepKind.Agent, TimeSpan.FromMinutes(1))));
        Assert.Equal(TimeSpan.FromHours(5), asked.OfStep(StepOf(StepKind.Agent, null)));
        Assert.Equal(TimeSpan.FromMinutes(10), asked.OfStep(StepOf(StepKind.Shell, null)));
    }

    [Fact]
    public void A_limit_that_is_asked_to_be_none_is_not_the_default()
    {
        var unset = new EffectiveTimeouts(new(), new());
        var none = new EffectiveTimeouts(new(), new() { Task = new(null), Idle = new(null), AgentStep = new(null) });

        Assert.Equal((TimeSpan.FromHours(4), null, TimeSpan.FromMinutes(15)), (unset.Task, unset.Phase, unset.Idle));
        Assert.Equal((null, null, null, null), (none.Task, none.Phase, none.Idle, none.OfStep(StepOf(StepKind.Agent, null))));
    }

    [Theory]
    [InlineData(60, 60, true)]
    [InlineData(60.001, 60, false)]
    [InlineData(0, 60, false)]
    [InlineData(-1, 60, false)]
    [InlineData(31_622_400, null, true)]
    [InlineData(31_622_401, null, false)]
    public void A_rule_allows_what_is_above_zero_up_to_its_maximum(double seconds, int? max, bool allowed) =>
        Assert.Equal(allowed, new TimeoutRule(null, max is { } most ? TimeSpan.FromSeconds(most) : null).Allows(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void No_limit_is_allowed_only_where_there_is_no_maximum()
    {
        Assert.True(new TimeoutOptions().Task.Allows(null));
        Assert.False(TimeoutOptions.For(TimeoutPreset.Guide).Task.Allows(null));
    }

    private static Step StepOf(StepKind kind, TimeSpan? timeout) => new() { Id = "1.1", Title = "t", Kind = kind, Timeout = timeout };

    private static string Show(TimeoutRule rule) => $"{Show(rule.Default)}/{Show(rule.Max)}";

    private static string Show(TimeSpan? time) => time is not { } value ? "-" : value.TotalSeconds < 60 ? $"{value.TotalSeconds}s" : $"{value.TotalMinutes}m";
}
