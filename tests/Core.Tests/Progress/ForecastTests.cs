using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Progress;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Core.Tests.Progress;

public sealed class ForecastTests
{
    private readonly TaskTimeline _timeline = new();
    private TaskRecord _task = Samples.Task(Samples.Plan);

    public ForecastTests()
    {
        _timeline.Transition(TaskState.Planning, "start", Samples.At(0));
        _timeline.Transition(TaskState.Executing, "planned", Samples.At(0));
    }

    [Fact]
    public void As_long_as_nothing_is_known_nothing_is_said()
    {
        _timeline.StepStarted("1.1", 1, Samples.At(0));
        Assert.Equal((null, ProgressBasis.Steps, null), (At(5).Remaining, At(5).Basis, At(5).Reason));
    }

    [Fact]
    public void The_steps_that_are_over_tell_how_long_the_others_take()
    {
        Run("1.1", 0, 10);
        _timeline.StepStarted("1.2", 1, Samples.At(10));

        var report = At(10);
        Assert.InRange(report.Remaining!.Likely.TotalMinutes, 30, 45);
        Assert.True(report.Remaining.Low < report.Remaining.Likely && report.Remaining.Likely < report.Remaining.High);
        Assert.Equal((ProgressBasis.Steps, Confidence.Medium), (report.Basis, report.Confidence));
        Assert.Equal(5, (report.Remaining.Likely - At(15).Remaining!.Likely).TotalMinutes, 1);
    }

    [Fact]
    public void Earlier_tasks_tell_before_the_first_step_is_over()
    {
        Know(10, 10, 11, 9, 10);
        _timeline.StepStarted("1.1", 1, Samples.At(0));
        var report = At(0);
        Assert.Equal(ProgressBasis.History, report.Basis);
        Assert.InRange(report.Remaining!.Likely.TotalMinutes, 39, 50);

        End("1.1", WorkStatus.Completed, 20);
        Assert.Equal(ProgressBasis.StepsAndHistory, At(20).Basis);
    }

    [Fact]
    public void The_range_narrows_as_steps_get_done()
    {
        Run("1.1", 0, 10);
        var first = At(10).Remaining!;
        Run("1.2", 10, 20);
        Run("2.1", 20, 30);
        var last = At(30).Remaining!;
        Assert.True((last.High - last.Low) / last.Likely < (first.High - first.Low) / first.Likely);
    }

    [Fact]
    public void A_step_that_overruns_is_the_reason_why_more_is_left()
    {
        Know(10, 10, 10, 10);
        _timeline.StepStarted("1.1", 1, Samples.At(0));
        Assert.Null(At(8).Reason);

        Assert.Equal("Step 1.1 takes longer than expected.", At(40).Reason);
        Assert.True(At(40).Remaining!.Likely > TimeSpan.FromMinutes(30));
        End("1.1", WorkStatus.Completed, 60);
        Assert.Equal("Step 1.1 took longer than expected.", At(60).Reason);
    }

    [Fact]
    public void A_little_more_than_was_said_is_no_other_forecast()
    {
        Know(10, 10, 10, 10, 10, 10);
        _timeline.StepStarted("1.1", 1, Samples.At(0));
        var before = At(0).Remaining!.Likely;
        End("1.1", WorkStatus.Completed, 12);

        var report = At(12);
        Assert.Null(report.Reason);
        Assert.Equal(before - TimeSpan.FromMinutes(12), report.Remaining!.Likely);
    }

    [Fact]
    public void Once_it_is_as_good_as_it_was_there_is_no_reason_any_more()
    {
        Know(10, 10, 10, 10);
        Run("1.1", 0, 60);
        Assert.NotNull(At(60).Reason);
        Run("1.2", 60, 60.1);
        Run("2.1", 60.1, 60.2);
        Run("2.2", 60.2, 60.3);
        Assert.Equal((null, TimeSpan.Zero), (At(61).Reason, At(61).Remaining!.High));
    }

    [Fact]
    public void While_a_task_is_paused_what_is_left_stays_the_same()
    {
        Run("1.1", 0, 10);
        _timeline.StepStarted("1.2", 1, Samples.At(10));
        _timeline.Transition(TaskState.Paused, "pause", Samples.At(12), detail: "operator");
        var left = At(12).Remaining;
        Assert.Equal(left, At(500).Remaining);

        // It stood still: it goes on where it was, and what it took is without the pause.
        _timeline.Transition(TaskState.Resuming, "resume", Samples.At(500));
        _timeline.Transition(TaskState.Executing, "resumed", Samples.At(500));
        Assert.Equal((left!.Likely, null), (At(500).Remaining!.Likely, At(500).Reason));
        End("1.2", WorkStatus.Completed, 508);
        At(508);
        Assert.Equal(TimeSpan.FromMinutes(10), _task.Steps[^1].Active);
    }

    [Fact]
    public void While_the_engine_has_suspended_a_task_what_is_left_stays_the_same_too()
    {
        Run("1.1", 0, 10);
        _timeline.StepStarted("1.2", 1, Samples.At(10));
        var left = At(12).Remaining;
        _task = _task with { State = TaskState.Paused, Detail = "suspended", PausedSince = Samples.At(12) };
        Assert.Equal(left, At(300).Remaining);
    }

    [Fact]
    public void A_command_that_was_interrupted_is_to_be_done_again_and_says_so()
    {
        Run("1.1", 0, 10);
        _timeline.StepStarted("1.2", 1, Samples.At(10));
        var before = At(18).Remaining!.Likely;
        End("1.2", WorkStatus.Pending, 18);
        Assert.True(At(18).Remaining!.Likely > before);
        Assert.Equal("Step 1.2 was interrupted.", At(18).Reason);
    }

    [Fact]
    public void An_agent_goes_on_where_it_was_interrupted()
    {
        _task = Samples.Task(new([new(1, "All", [Agent("1.1"), Agent("1.2"), Agent("1.3")])]));
        Run("1.1", 0, 10);
        _timeline.StepStarted("1.2", 1, Samples.At(10));
        var before = At(16).Remaining!.Likely;
        End("1.2", WorkStatus.Pending, 16);
        _timeline.StepStarted("1.2", 2, Samples.At(16));
        Assert.Equal((before, null), (At(16).Remaining!.Likely, At(16).Reason));
    }

    [Fact]
    public void What_a_restored_checkpoint_takes_back_is_ahead_again_and_says_so()
    {
        Run("1.1", 0, 10);
        Run("1.2", 10, 20);
        var before = At(20).Remaining!.Likely;
        _timeline.Restored(new(new("0123456789abcdef", "phase", Samples.At(0), null, null), null, ["1.1", "1.2"]), "bad", Samples.At(20));
        Assert.True(At(20).Remaining!.Likely > before);
        Assert.Contains("checkpoint", At(20).Reason, StringComparison.Ordinal);
        Assert.Equal(0, At(20).Percentage);
    }

    [Fact]
    public void At_its_deadline_a_task_is_over_whatever_is_left_to_do()
    {
        _timeline.DeadlinesChanged(new(Samples.At(15), null, null));
        Run("1.1", 0, 10);
        Assert.Equal((TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5)), (At(10).Remaining!.Likely, At(10).Remaining!.High));

        _timeline.OperatorAction("extend", "ann", null, Samples.At(11));
        _timeline.DeadlinesChanged(new(Samples.At(500), null, null));
        Assert.True(At(11).Remaining!.Likely > TimeSpan.FromMinutes(20));
        Assert.Equal("The task has more time than before.", At(11).Reason);
    }

    [Fact]
    public void No_step_is_expected_to_run_past_its_timeout()
    {
        Know(10, 10);
        _task = _task with { Request = _task.Request with { Plan = new([new(1, "One", [Samples.Shell("1.1") with { Timeout = TimeSpan.FromMinutes(3) }])]) } };
        _timeline.StepStarted("1.1", 1, Samples.At(0));
        Assert.Equal(TimeSpan.FromMinutes(2), At(1).Remaining!.High);
    }

    [Fact]
    public void How_long_an_agent_takes_is_not_guessed_from_commands()
    {
        _task = Samples.Task(new([new(1, "All", [Samples.Shell("1.1"), Agent("1.2")])]));
        Run("1.1", 0, 1);
        Assert.Null(At(1).Remaining);
    }

    [Fact]
    public void A_task_that_is_completed_has_nothing_left_and_one_that_ended_otherwise_says_nothing()
    {
        Run("1.1", 0, 10);
        _timeline.Transition(TaskState.Failed, "step_failed", Samples.At(10));
        Assert.Null(At(11).Remaining);
        _timeline.Transition(TaskState.Resuming, "resume", Samples.At(20));
        _timeline.Transition(TaskState.Completing, "task_timeout", Samples.At(20));
        _timeline.Transition(TaskState.Completed, "completed", Samples.At(20));
        Assert.Equal((TimeRange.None, null), (At(30).Remaining, At(30).Reason));
    }

    [Fact]
    public void A_forecast_is_the_same_after_having_been_stored()
    {
        Run("1.1", 0, 10);
        _timeline.StepStarted("1.2", 1, Samples.At(10));
        At(10);
        Assert.Equal(_task.Forecast, Samples.Read<TaskRecord>(Samples.Write(_task)).Forecast);
    }

    private static Step Agent(string id) => new() { Id = id, Title = id, Kind = StepKind.Agent, Prompt = "do" };

    private void Know(params double[] minutes) => _task = _task with
    {
        History = [new(StepKind.Shell, minutes.Aggregate(DurationStatistics.None, (all, one) => all.Add(TimeSpan.FromMinutes(one))))],
    };

    private void Run(string step, double from, double to)
    {
        _timeline.StepStarted(step, 1, Samples.At(from));
        End(step, WorkStatus.Completed, to);
    }

    private void End(string step, WorkStatus status, double at) => _timeline.StepEnded(step, status, 1, null, null, Samples.At(at));

    private ProgressReport At(double minutes)
    {
        _task = _task.Apply(_timeline.TakePending());
        return ProgressReport.Of(_task, PlanProgress.Of(_task), Samples.At(minutes));
    }
}
