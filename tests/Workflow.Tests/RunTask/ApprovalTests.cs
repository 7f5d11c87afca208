using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Tests.Hosting;

namespace DurableAgentTasks.Workflow.Tests.RunTask;

public sealed class ApprovalTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromHours(2);

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_step_runs_once_it_is_approved_and_its_slot_is_free_meanwhile(bool restart)
    {
        await using var task = await StartAsync(critical: true, ApprovalDefault.Reject);
        await task.UntilStateAsync(TaskState.Paused);
        Assert.Equal("approval", task.Record.Detail);
        await task.UntilAsync(() => task.Activities.Queueing.Last() == "leave");
        await task.RestartAsync(restart);
        await task.RaiseAsync("approve", """{"by":"ops","stepId":"1.2"}""");
        await task.EndAsync();
        Assert.Equal(["1.1#1", "1.2#1", "1.3#1"], task.Activities.Attempts);
        Assert.Equal(["approve"], task.Actions);
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(true, TaskState.Failed, "step_rejected")]
    [InlineData(false, TaskState.Completed, null)]
    public async Task A_rejected_step_fails_the_task_or_is_skipped(bool critical, TaskState state, string? code)
    {
        await using var task = await StartAsync(critical, ApprovalDefault.Approve);
        await task.UntilStateAsync(TaskState.Paused);
        await task.RaiseAsync("reject", """{"by":"ops","reason":"too risky"}""");
        await task.EndAsync();
        Assert.Equal((state, code), (task.Record.State, task.Record.Error?.Code));
        Assert.DoesNotContain("1.2#1", task.Activities.Attempts);
        var step = task.Record.Steps.Single(step => step.Id == "1.2");
        Assert.Equal((critical ? WorkStatus.Failed : WorkStatus.Skipped, "It was rejected by ops: too risky"), (step.Status, step.Message));
    }

    [Theory(Timeout = TaskScenario.Patience)]
    [InlineData(ApprovalDefault.Approve, TaskState.Completed)]
    [InlineData(ApprovalDefault.Reject, TaskState.Failed)]
    public async Task The_default_counts_when_nobody_answers_in_time(ApprovalDefault @default, TaskState state)
    {
        await using var task = await StartAsync(critical: true, @default);
        var start = task.Time.GetUtcNow();
        await task.UntilStateAsync(TaskState.Paused);
        await task.PassUntilAsync(() => TaskLifecycle.HasEnded(task.Record.State));
        Assert.Equal(state, task.Record.State);
        Assert.InRange(task.Time.GetUtcNow(), start + Patience, start + Patience + TimeSpan.FromSeconds(1));
        Assert.Contains(task.Activities.Timeline, entry => entry is { Type: TimelineTypes.Resumption, Trigger: "timeout" });
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task A_resume_is_no_answer_and_neither_is_one_for_another_step()
    {
        await using var task = await StartAsync(critical: true, ApprovalDefault.Reject);
        await task.UntilStateAsync(TaskState.Paused);
        await task.ResumeAsync();
        await task.RaiseAsync("approve", """{"stepId":"1.3"}""");
        await task.RaiseAsync("approve", """{"stepId":"1.2"}""");
        await task.EndAsync();
        Assert.Equal(["approve"], task.Actions);
    }

    [Fact(Timeout = TaskScenario.Patience)]
    public async Task An_operators_pause_takes_the_place_of_the_wait_and_the_step_is_asked_for_anew_after_it()
    {
        await using var task = await StartAsync(critical: true, ApprovalDefault.Approve);
        await task.UntilStateAsync(TaskState.Paused);
        await task.PauseAsync();
        await task.UntilAsync(() => task.Record.Detail == "operator");
        task.Time.Advance(TimeSpan.FromDays(1));
        await task.ResumeAsync();
        await task.UntilAsync(() => task.Record.Detail == "approval");
        Assert.DoesNotContain("1.2#1", task.Activities.Attempts);
        await task.RaiseAsync("approve");
        await task.EndAsync();
    }

    private static Task<TaskScenario> StartAsync(bool critical, ApprovalDefault @default) => TaskScenario.StartAsync(Outlines.Of(
        Outlines.Step("1.1"), Outlines.Step("1.2", critical: critical) with { Approval = new(Patience, @default) }, Outlines.Step("1.3")));
}
