using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Core.Tests.Tasks;

public sealed class TaskRecordTests
{
    private readonly TaskTimeline _timeline = new();
    private TaskRecord _task = Samples.Task(Samples.Plan);

    [Fact]
    public void A_new_task_waits_in_created()
    {
        Assert.Equal(TaskState.Created, _task.State);
        Assert.Equal(Samples.Start, _task.CreatedAt);
        Assert.Null(_task.StartedAt);
        Assert.Equal(0, _task.AppliedThrough);
        Assert.Same(Samples.Plan, _task.Plan);
    }

    [Fact]
    public void A_detail_says_why_and_goes_with_the_state()
    {
        _timeline.DetailChanged("workspace_busy", Samples.At(0));
        Assert.Equal("workspace_busy", Fold().Detail);

        _timeline.Transition(TaskState.Planning, "start", Samples.At(1));
        Assert.Null(Fold().Detail);

        _timeline.Transition(TaskState.Paused, "pause", Samples.At(2), detail: "operator");
        Assert.Equal("operator", Fold().Detail);
    }

    [Fact]
    public void Steps_keep_status_attempts_exit_code_and_times()
    {
        _timeline.StepStarted("1.1", 1, Samples.At(1));
        _timeline.StepEnded("1.1", WorkStatus.Failed, 1, 2, "exited with 2", Samples.At(2));
        Assert.Equal(
            new StepRun { Id = "1.1", Status = WorkStatus.Failed, Attempts = 1, ExitCode = 2, Message = "exited with 2", StartedAt = Samples.At(1), CompletedAt = Samples.At(2), Active = TimeSpan.FromMinutes(1) },
            Fold().Steps.Single());

        _timeline.StepStarted("1.1", 2, Samples.At(3));
        Assert.Equal(
            new StepRun { Id = "1.1", Status = WorkStatus.InProgress, Attempts = 2, StartedAt = Samples.At(3), Active = TimeSpan.FromMinutes(1), RunningSince = Samples.At(3) },
            Fold().Steps.Single());

        _timeline.StepEnded("1.1", WorkStatus.Completed, 2, 0, null, Samples.At(4));
        _timeline.StepEnded("1.2", WorkStatus.Skipped, 0, null, "not critical", Samples.At(5));
        Assert.Equal(["1.1 Completed 2", "1.2 Skipped 0"], Fold().Steps.Select(step => $"{step.Id} {step.Status} {step.Attempts}"));
    }

    [Fact]
    public void An_interrupted_step_is_pending_again()
    {
        _timeline.StepStarted("1.1", 1, Samples.At(1));
        _timeline.StepEnded("1.1", WorkStatus.Pending, 1, null, null, Samples.At(2));

        var step = Fold().Steps.Single();
        Assert.Equal((WorkStatus.Pending, 1, null), (step.Status, step.Attempts, step.CompletedAt));
    }

    [Fact]
    public void A_plan_that_was_made_replaces_the_one_before_and_its_steps()
    {
        var other = new Plan([new(1, "Other", [Samples.Shell("1.1")])]);
        _timeline.StepStarted("1.1", 1, Samples.At(1));
        _timeline.PlanMade(other, Samples.At(2));

        Assert.Equal(Samples.Write(other), Samples.Write(Fold().Plan));
        Assert.Empty(_task.Steps);
    }

    [Fact]
    public void An_end_has_a_result_and_what_ran_is_cancelled()
    {
        _timeline.Transition(TaskState.Planning, "start", Samples.At(0));
        _timeline.Transition(TaskState.Executing, "planned", Samples.At(0));
        _timeline.StepStarted("1.1", 1, Samples.At(1));
        _timeline.End(TaskState.Cancelled, new(TaskOutcome.Cancelled, "two processes ended"), "cancel", Samples.At(2), by: "ann");

        Assert.Equal(new TaskResult(TaskOutcome.Cancelled, "two processes ended"), Fold().Result);
        Assert.Equal(Samples.At(2), _task.CompletedAt);
        Assert.Equal((WorkStatus.Cancelled, Samples.At(2)), (_task.Steps[0].Status, _task.Steps[0].CompletedAt!.Value));
    }

    [Theory]
    [InlineData(TaskState.Failed, TaskOutcome.Failed)]
    [InlineData(TaskState.Cancelled, TaskOutcome.Cancelled)]
    public void An_end_without_a_result_has_that_of_its_state(TaskState end, TaskOutcome expected)
    {
        _timeline.Transition(end, "x", Samples.At(1));

        Assert.Equal(expected, Fold().Result?.Outcome);
    }

    [Fact]
    public void A_failed_task_that_is_resumed_has_no_result_error_or_end_again()
    {
        _timeline.Transition(TaskState.Planning, "start", Samples.At(0));
        _timeline.End(TaskState.Failed, new(TaskOutcome.Failed, "no"), "step_failed", Samples.At(1), new("step_failed", "1.1", "1.1"));
        Assert.Equal("step_failed", Fold().Error?.Code);

        _timeline.Transition(TaskState.Resuming, "resume", Samples.At(2));

        Assert.Equal((null, null, null), (Fold().Result, _task.Error, _task.CompletedAt));
    }

    [Fact]
    public void An_entry_counts_once()
    {
        _timeline.Transition(TaskState.Planning, "start", Samples.At(0));
        _timeline.StepStarted("1.1", 1, Samples.At(1));
        var entries = _timeline.TakePending();

        var once = _task.Apply(entries);
        var again = once.Apply(entries);

        Assert.Same(once, again);
        Assert.Equal(2, once.AppliedThrough);
    }

    [Fact]
    public void A_gap_is_an_error()
    {
        _timeline.Transition(TaskState.Planning, "start", Samples.At(0));
        _timeline.StepStarted("1.1", 1, Samples.At(1));

        var error = Assert.Throws<TimelineException>(() => _task.Apply(_timeline.TakePending()[1]));
        Assert.Contains("entry 2 of task 'fix-login' came after 0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_transition_from_another_state_than_the_tasks_is_an_error()
    {
        var entry = new TimelineEntry { Number = 1, Time = Samples.Start, Type = TimelineTypes.Transition, From = TaskState.Paused, To = TaskState.Cancelled };

        Assert.Contains("the task is 'created'", Assert.Throws<TimelineException>(() => _task.Apply(entry)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_transition_the_lifecycle_does_not_have_is_an_error()
    {
        var entry = new TimelineEntry { Number = 1, Time = Samples.Start, Type = TimelineTypes.Transition, From = TaskState.Created, To = TaskState.Executing };

        Assert.Throws<InvalidTransitionException>(() => _task.Apply(entry));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("null")]
    [InlineData("""{"stepId":7}""")]
    public void An_entry_with_damaged_data_is_an_error(string? data)
    {
        var entry = new TimelineEntry { Number = 1, Time = Samples.Start, Type = TimelineTypes.Step, Data = data is null ? null : Samples.Parse(data) };

        Assert.Throws<TimelineException>(() => _task.Apply(entry));
    }

    [Fact]
    public void An_entry_of_a_later_version_is_passed_over()
    {
        var entry = new TimelineEntry { Number = 1, Time = Samples.Start, Type = "telepathy" };

        Assert.Equal(_task with { AppliedThrough = 1 }, _task.Apply(entry));
    }

    [Fact]
    public void It_is_the_same_after_JSON_at_every_entry()
    {
        _timeline.Transition(TaskState.Planning, "start", Samples.At(0));
        _timeline.PlanMade(Samples.Plan, Samples.At(1));
        _timeline.Transition(TaskState.Executing, "planned", Samples.At(2));
        _timeline.StepStarted("1.1", 1, Samples.At(3));
        _timeline.StepEnded("1.1", WorkStatus.Completed, 1, 0, "ok", Samples.At(4.25));
        _timeline.Transition(TaskState.Paused, "pause", Samples.At(5), detail: "operator");
        _timeline.Transition(TaskState.Resuming, "resume", Samples.At(6));
        _timeline.End(TaskState.Failed, new(TaskOutcome.Failed, "no"), "x", Samples.At(7), new("x", "y", null));
        var stored = _task;

        foreach (var entry in _timeline.TakePending())
        {
            _task = _task.Apply(entry);
            stored = Samples.Read<TaskRecord>(Samples.Write(stored)).Apply(Samples.Read<TimelineEntry>(Samples.Write(entry)));
            Assert.Equal(Samples.Write(_task), Samples.Write(stored));
        }

        Assert.Equal(8, stored.AppliedThrough);
        Assert.Equal(TimeSpan.FromMinutes(1), stored.Paused);
    }

    private TaskRecord Fold() => _task = _task.Apply(_timeline.TakePending());
}
