using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Recovery;

namespace DurableAgentTasks.Core.Tests.Recovery;

public sealed class RecoveryTableTests
{
    private static readonly DateTimeOffset Now = Samples.Start;

    [Theory]
    [InlineData(FailureClass.Transient, 3)]
    [InlineData(FailureClass.Crash, 3)]
    [InlineData(FailureClass.Critical, 3)]
    [InlineData(FailureClass.Resource, 3)]
    [InlineData(FailureClass.StartUp, 1)]
    [InlineData(FailureClass.Command, 0)]
    [InlineData(FailureClass.Session, 0)]
    [InlineData(FailureClass.Auth, 0)]
    [InlineData(FailureClass.Limits, 0)]
    [InlineData(FailureClass.Denied, 0)]
    [InlineData(FailureClass.Rejected, 0)]
    public void Each_class_is_tried_again_as_often_as_it_is_worth(FailureClass @class, int retries)
    {
        for (var done = 0; done < retries; done++) Assert.NotNull(Decide(new(@class, done, 0, Critical: true)).Delay);
        Assert.Equal(new RecoveryDecision(RecoveryAction.Fail, null), Decide(new(@class, retries, 0, Critical: true)));
        Assert.Equal(new RecoveryDecision(RecoveryAction.Skip, null), Decide(new(@class, retries, 0, Critical: false)));
    }

    [Theory]
    [InlineData(FailureClass.Critical, RecoveryAction.Restore)]
    [InlineData(FailureClass.Crash, RecoveryAction.Retry)]
    [InlineData(FailureClass.Resource, RecoveryAction.Retry)]
    public void Only_what_is_critical_goes_back_to_the_last_good_checkpoint_from_the_second_attempt_on(FailureClass @class, RecoveryAction second)
    {
        Assert.Equal(RecoveryAction.Retry, Decide(new(@class, 0, 0, Critical: true)).Action);
        Assert.Equal([second, second], [Decide(new(@class, 1, 0, Critical: true)).Action, Decide(new(@class, 2, 0, Critical: true)).Action]);
    }

    [Fact]
    public void Every_class_has_a_rule() =>
        Assert.All(Enum.GetValues<FailureClass>(), @class => Assert.NotNull(Decide(new(@class, 0, 0, Critical: true))));

    [Theory]
    [InlineData(0, 0.0, 1)]
    [InlineData(1, 0.0, 2)]
    [InlineData(2, 0.0, 4)]
    [InlineData(2, 0.5, 5)]
    public void A_transient_failure_waits_twice_as_long_each_time_with_jitter(int retries, double jitter, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Decide(new(FailureClass.Transient, retries, 0, true), jitter).Delay);

    [Fact]
    public void A_lack_of_memory_or_disk_waits_five_seconds() =>
        Assert.All([0, 1, 2], retries => Assert.Equal(TimeSpan.FromSeconds(5), Decide(new(FailureClass.Resource, retries, 0, true), 0.9).Delay));

    [Fact]
    public void A_quota_is_waited_for_until_it_resets_however_often()
    {
        var failed = new FailedAttempt(FailureClass.Quota, Retries: 3, Waits: 99, Critical: false) { ResetsAt = Now.AddHours(5) };
        Assert.Equal(new RecoveryDecision(RecoveryAction.Wait, TimeSpan.FromHours(5)), Decide(failed));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(-1.0)]
    [InlineData(0.0)]
    public void A_quota_without_a_reset_time_to_come_is_waited_for_longer_each_time(double? resetsAfter)
    {
        var minutes = new[] { 0, 1, 2, 3, 4, 5, 1_000 }.Select(waits => Decide(new(FailureClass.Quota, 0, waits, true)
        {
            ResetsAt = resetsAfter is { } hours ? Now.AddHours(hours) : null,
        }).Delay!.Value.TotalMinutes);
        Assert.Equal([5, 10, 20, 40, 60, 60, 60], minutes);
    }

    [Theory]
    [InlineData(75, 0, true)]
    [InlineData(75, 1, true)]
    [InlineData(75, 2, false)]
    [InlineData(76, 0, false)]
    [InlineData(null, 0, false)]
    public void A_command_is_tried_again_only_as_its_step_says(int? exitCode, int retries, bool again)
    {
        var failed = new FailedAttempt(FailureClass.Command, retries, 0, Critical: true) { Retry = new StepRetry(3, [75]), ExitCode = exitCode };
        Assert.Equal(again ? RecoveryAction.Retry : RecoveryAction.Fail, Decide(failed).Action);
    }

    [Fact]
    public void A_step_may_lower_the_retries_of_other_failures_too()
    {
        var once = new FailedAttempt(FailureClass.Transient, 0, 0, Critical: true) { Retry = new StepRetry(1, []) };
        Assert.Equal(RecoveryAction.Fail, Decide(once).Action);
        Assert.Equal(RecoveryAction.Retry, Decide(once with { Retry = new StepRetry(2, []) }).Action);
        Assert.Equal(RecoveryAction.Fail, Decide(new(FailureClass.StartUp, 1, 0, true) { Retry = new StepRetry(4, []) }).Action);
    }

    private static RecoveryDecision Decide(FailedAttempt failed, double jitter = 0) => RecoveryTable.Decide(failed, Now, jitter);
}
