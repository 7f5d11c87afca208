using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Progress;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Core.Tests.Tasks;

public sealed class StepsDoneAgainTests
{
    private static readonly CheckpointReference Checkpoint = new("0123456789abcdef", "phase", Samples.At(0), null, null);

    private readonly TaskTimeline _timeline = new();
    private TaskRecord _task = Samples.Task(Samples.Plan);

    [Fact]
    public void A_step_that_is_done_again_took_as_long_as_its_last_attempt()
    {
        Run("1.1", 1, 1, 2);
        Restore(["1.1"], 50);
        Run("1.1", 2, 60, 63);

        var step = Shown("1.1");
        Assert.Equal((Samples.At(60), Samples.At(63)), (step.StartedAt, step.CompletedAt));
        Assert.Equal(TimeSpan.FromMinutes(3), _task.Steps.Single().Took);
    }

    [Fact]
    public void What_a_restore_makes_pending_has_neither_times_nor_how_it_ended_before()
    {
        Run("1.1", 1, 1, 2);
        Restore(["1.1"], 3);

        Assert.Equal((WorkStatus.Pending, 1, null, null, null, null), Facts(Shown("1.1")));
        Assert.Equal("Step 1.1 is to be done again.", ProgressReport.Of(_task, PlanProgress.Of(_task), Samples.At(3)).RecentActivity);
    }

    [Fact]
    public void What_a_restore_takes_as_done_has_no_times_of_the_attempt_it_undoes()
    {
        Run("1.1", 1, 1, 2);
        Restore(["1.1"], 3);
        _timeline.StepStarted("1.1", 2, Samples.At(4));
        _timeline.StepEnded("1.1", WorkStatus.Failed, 2, 2, "It exited with 2.", Samples.At(5));
        _timeline.Restored(new RestoredData(Checkpoint, null, []) { Over = ["1.1"] }, null, Samples.At(6));

        Assert.Equal((WorkStatus.Completed, 2, null, null, null, Samples.At(6)), Facts(Shown("1.1")));
        Assert.Equal(TimeSpan.FromMinutes(1), _task.Steps.Single().Took);
    }

    [Fact]
    public void A_step_that_failed_is_pending_once_its_task_is_resumed()
    {
        _timeline.Transition(TaskState.Planning, "start", Samples.At(0));
        _timeline.Transition(TaskState.Executing, "planned", Samples.At(0));
        _timeline.StepStarted("1.1", 1, Samples.At(1));
        _timeline.StepEnded("1.1", WorkStatus.Failed, 1, 2, "It exited with 2.", Samples.At(2));
        _timeline.End(TaskState.Failed, new(TaskOutcome.Failed, "no"), "step_failed", Samples.At(2));
        Assert.Equal((WorkStatus.Failed, 1, 2, "It exited with 2.", Samples.At(1), Samples.At(2)), Facts(Shown("1.1")));

        _timeline.Transition(TaskState.Resuming, "resume", Samples.At(3));
        Assert.Equal((WorkStatus.Pending, 1, null, null, null, null), Facts(Shown("1.1")));
    }

    [Fact]
    public void A_step_that_failed_stays_so_if_its_task_is_cancelled()
    {
        _timeline.StepStarted("1.1", 1, Samples.At(1));
        _timeline.StepEnded("1.1", WorkStatus.Failed, 1, 2, "It exited with 2.", Samples.At(2));
        _timeline.End(TaskState.Failed, new(TaskOutcome.Failed, "no"), "step_failed", Samples.At(2));
        _timeline.End(TaskState.Cancelled, new(TaskOutcome.Cancelled, "no"), "cancel", Samples.At(3));

        Assert.Equal(WorkStatus.Failed, Shown("1.1").Status);
    }

    [Fact]
    public void An_interrupted_step_is_shown_without_times_and_message_but_told_of()
    {
        _timeline.Transition(TaskState.Planning, "start", Samples.At(0));
        _timeline.Transition(TaskState.Executing, "planned", Samples.At(0));
        Run("1.1", 1, 0, 1);
        _timeline.StepStarted("1.2", 1, Samples.At(1.5));
        _timeline.StepEnded("1.2", WorkStatus.Pending, 1, 2, "It exited with 2.", Samples.At(2));

        Assert.Equal((WorkStatus.Pending, 1, 2, null, null, null), Facts(Shown("1.2")));
        Assert.Equal("Step 1.2 was interrupted.", ProgressReport.Of(_task, PlanProgress.Of(_task), Samples.At(3)).RecentActivity);
    }

    private void Run(string step, int attempt, double from, double to)
    {
        _timeline.StepStarted(step, attempt, Samples.At(from));
        _timeline.StepEnded(step, WorkStatus.Completed, attempt, 0, "It exited with 0.", Samples.At(to));
    }

    private void Restore(string[] pending, double at) => _timeline.Restored(new RestoredData(Checkpoint, null, pending), null, Samples.At(at));

    private StepProgress Shown(string id)
    {
        _task = _task.Apply(_timeline.TakePending());
        return PlanProgress.Of(_task)!.Phases.SelectMany(phase => phase.Steps).Single(step => step.Id == id);
    }

    private static (WorkStatus Status, int Attempts, int? ExitCode, string? Message, DateTimeOffset? StartedAt, DateTimeOffset? CompletedAt) Facts(StepProgress step) =>
        (step.Status, step.Attempts, step.ExitCode, step.Message, step.StartedAt, step.CompletedAt);
}
