using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Progress;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Core.Tests.Progress;

public sealed class ProgressReportTests
{
    private readonly TaskTimeline _timeline = new();
    private TaskRecord _task = Samples.Task(Samples.Plan);

    public ProgressReportTests()
    {
        _timeline.Transition(TaskState.Planning, "start", Samples.At(0));
        _timeline.Transition(TaskState.Executing, "planned", Samples.At(0));
    }

    [Fact]
    public void Without_a_plan_nothing_is_known()
    {
        var report = ProgressReport.Of(Samples.Task(), plan: null, Samples.At(5));

        Assert.Equal((0, 0, 0, null, null), (report.Percentage, report.TotalSteps, report.TotalPhases, report.CurrentPhase, report.Remaining));
        Assert.Null(PlanProgress.Of(Samples.Task()));
    }

    [Fact]
    public void Skipped_steps_are_done_too()
    {
        End("1.1", WorkStatus.Completed);
        End("1.2", WorkStatus.Skipped);

        var report = Report();
        Assert.Equal((50, 2, 1, "Test"), (report.Percentage, report.StepsCompleted, report.PhasesCompleted, report.CurrentPhase));
    }

    [Fact]
    public void The_percentage_is_rounded_down()
    {
        var steps = Enumerable.Range(1, 3).Select(n => Samples.Shell($"{n}")).ToList();
        _task = Samples.Task(new([new(1, "Three", steps)]));
        End("1", WorkStatus.Completed);
        End("2", WorkStatus.Completed);

        Assert.Equal(66, Report().Percentage);
    }

    [Fact]
    public void A_task_that_has_ended_is_in_no_phase()
    {
        End("1.1", WorkStatus.Failed);
        _timeline.Transition(TaskState.Failed, "step_failed", Samples.At(1));

        Assert.Null(Report().CurrentPhase);
    }

    [Theory]
    [InlineData("pending pending", "pending")]
    [InlineData("completed pending", "in_progress")]
    [InlineData("in_progress pending", "in_progress")]
    [InlineData("failed in_progress", "in_progress")]
    [InlineData("failed pending", "failed")]
    [InlineData("completed failed", "failed")]
    [InlineData("completed completed", "completed")]
    [InlineData("completed skipped", "completed")]
    [InlineData("skipped skipped", "skipped")]
    [InlineData("skipped pending", "in_progress")]
    [InlineData("completed cancelled", "cancelled")]
    public void The_status_of_a_phase_follows_from_its_steps(string steps, string expected)
    {
        foreach (var (id, status) in new[] { "1.1", "1.2" }.Zip(steps.Split(' ')))
        {
            if (status == "in_progress") _timeline.StepStarted(id, 1, Samples.At(1));
            else if (status != "pending") End(id, Samples.Read<WorkStatus>($"\"{status}\""));
        }

        Report();
        Assert.Equal($"\"{expected}\"", Samples.Write(PlanProgress.Of(_task)!.Phases[0].Status));
    }

    [Fact]
    public void What_a_cancelled_task_never_began_is_cancelled()
    {
        End("1.1", WorkStatus.Completed);
        _timeline.Transition(TaskState.Cancelled, "cancel", Samples.At(1));

        Report();
        var plan = PlanProgress.Of(_task)!;
        Assert.Equal([WorkStatus.Cancelled, WorkStatus.Cancelled], plan.Phases.Select(phase => phase.Status));
        Assert.Equal(WorkStatus.Completed, plan.Phases[0].Steps[0].Status);
    }

    [Theory]
    [InlineData(0, Confidence.Low)]
    [InlineData(10, Confidence.Low)]
    [InlineData(11, Confidence.Medium)]
    [InlineData(50, Confidence.Medium)]
    [InlineData(51, Confidence.High)]
    [InlineData(100, Confidence.High)]
    public void Confidence_grows_with_what_is_done(int percentage, Confidence expected) =>
        Assert.Equal(expected, ProgressReport.ConfidenceAt(percentage));

    private void End(string step, WorkStatus status) => _timeline.StepEnded(step, status, 1, null, null, Samples.At(1));

    private ProgressReport Report()
    {
        _task = _task.Apply(_timeline.TakePending());
        return ProgressReport.Of(_task, PlanProgress.Of(_task), Samples.At(2));
    }
}
