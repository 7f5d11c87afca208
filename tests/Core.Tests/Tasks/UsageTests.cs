using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Core.Tests.Tasks;

public sealed class UsageTests
{
    private readonly TaskTimeline _timeline = new();

    [Fact]
    public void Usage_adds_up_over_attempts_steps_and_planning_and_never_twice()
    {
        End(Plan.PlanningStepId, 1, WorkStatus.Completed, new("s-0", "2.1", new(1, 2, 3, 4, 0.5m)));
        _timeline.PlanMade(Samples.Plan, Samples.At(1));
        End("1.1", 1, WorkStatus.Pending, new("s-1", "2.1", new(10, 20, 30, 40, 1)));
        End("1.1", 2, WorkStatus.Completed, new("s-1", null, new(100, 200, 300, 400, 2)));
        End("1.2", 1, WorkStatus.Completed, agent: null);
        var entries = _timeline.TakePending();
        var task = Samples.Task().Apply(entries).Apply(entries);

        Assert.Equal(new TokenUsage(111, 222, 333, 444, 3.5m), task.Usage);
        Assert.Equal(new TokenUsage(110, 220, 330, 440, 3), task.Steps[0].Usage);
        Assert.Equal(("s-1", "2.1"), (task.Steps[0].SessionId, task.Steps[0].AgentVersion));
        Assert.Null(task.Steps[1].Usage);
        Assert.Equal(task.Usage, TaskView.Of(task, Samples.At(9)).Usage);
    }

    [Fact]
    public void An_attempt_of_no_agent_reports_none()
    {
        End("1.1", 1, WorkStatus.Completed, agent: null);
        var entries = _timeline.TakePending();
        Assert.Null(Samples.Task(Samples.Plan).Apply(entries).Usage);
        Assert.False(entries[^1].Data!.Value.TryGetProperty("agent", out _));
    }

    private void End(string step, int attempt, WorkStatus status, AgentUse? agent)
    {
        _timeline.StepStarted(step, attempt, Samples.At(1));
        _timeline.StepEnded(step, status, attempt, null, null, Samples.At(2), agent);
    }
}
