using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Recovery;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;
using DurableAgentTasks.Workflow.Tests.Hosting;

namespace DurableAgentTasks.Workflow.Tests.Golden;

/// <summary>The lives that are recorded, and how each is driven when it is. Add to them, never edit one: its history stands for what is on the disks of users.</summary>
internal static class GoldenScenarios
{
    private static readonly StepOutcome StillRunning = new(StepEnding.StillRunning, null, null) { Agent = new(new("s-1", null), null, null) };

    /// <param name="Outline">What the task does.</param>
    /// <param name="DriveAsync">Starts it, and what happens to it then, but for its end.</param>
    public sealed record Scenario(TaskOutline Outline, Func<TaskScenario, Task> DriveAsync);

    public static IReadOnlyDictionary<string, Scenario> All { get; } = new Dictionary<string, Scenario>(GoldenPauses.All, StringComparer.Ordinal)
    {
        ["phases"] = new(Outlines.Of(2, 2), task => task.StartAsync()),
        ["planned"] = new(new TaskOutline("claude", null, [], TimeSpan.FromHours(4)) { PlanTimeout = TimeSpan.FromHours(2) }, PlanAsync),
        ["slices"] = new(Outlines.Of(1, 1), SliceAsync),
        ["handed-over"] = new(Outlines.Of(1, 1), HandOverAsync),
        ["paused"] = new(Outlines.Of(1, 2), PauseAsync),
        ["frozen"] = new(Outlines.Of(1, 1), FreezeAsync),
        ["cancelled"] = new(Outlines.Of(1, 2), CancelAsync),
        ["extended"] = new(Outlines.Of(TimeSpan.FromHours(4), [Outlines.Step("1.1")]), ExtendAsync),
        ["task-timeout"] = new(Outlines.Of(TimeSpan.FromHours(1), [Outlines.Step("1.1")]), TimeOutAsync),
        ["step-timeout"] = new(Outlines.Of(Outlines.Step("1.1", TimeSpan.FromMinutes(20), critical: false, new(1, [])), Outlines.Step("1.2")), TimeOutAsync),
        ["retried"] = new(Outlines.Of(Outlines.Step("1.1", retry: new(3, []))), RetryAsync),
        ["quota"] = new(Outlines.Of(1, 1), QuotaAsync),
        ["failed"] = new(Outlines.Of(Outlines.Step("1.1", retry: new(1, []))), FailAsync),
        ["approved"] = new(Outlines.Of(Outlines.Step("1.1") with { Approval = new StepApproval(TimeSpan.FromHours(2), ApprovalDefault.Reject) }), ApproveAsync),
        ["checkpointed"] = new(Outlines.Of(1, 1) with { CheckpointInterval = TimeSpan.FromMinutes(5) }, CheckpointAsync),
        ["restored"] = new(Outlines.Of(2, 1), RestoreAsync),
        ["revived"] = new(Outlines.Of(1, 2), ReviveAsync),
        ["cancelled-late"] = new(Outlines.Of(1, 1), CancelLateAsync),
        ["phase-extended"] = new(Outlines.Of(2, 1) with { PhaseTimeout = TimeSpan.FromMinutes(30) }, ExtendPhaseAsync),
        ["suspended"] = new(Outlines.Of(taskTimeout: TimeSpan.FromHours(2), [Outlines.Step("1.1", TimeSpan.FromHours(1))]), SuspendAsync),
        ["rolled-back"] = new(Outlines.Of(1, 1) with { CheckpointInterval = TimeSpan.FromMinutes(5) }, RollBackAsync),
        ["crashed"] = new(Outlines.Of(1, 1), CrashAsync),
        ["skipped"] = new(Outlines.Of(Outlines.Step("1.1", critical: false), Outlines.Step("1.2")), SkipAsync),
        ["delivered"] = new(Outlines.Of(1, 1) with { Delivers = true }, task => task.StartAsync()),
    };

    private static async Task PlanAsync(TaskScenario task)
    {
        var plan = new Plan([new(1, "Phase 1", [new() { Id = "1.1", Title = "s", Kind = StepKind.Agent, Prompt = "p" }])]);
        task.Activities.Plan = ask => ask.Fallback
            ? new AcceptedPlan(plan, Outlines.Of(1, 1), [])
            : new AcceptedPlan(null, null, [new RequestError("plan.phases", "is missing.")]);
        await task.StartAsync();
    }

    private static async Task SliceAsync(TaskScenario task)
    {
        await StartHeldAsync(task);
        for (var slice = 1; slice <= 3; slice++)
        {
            task.Activities.End("1.1", 1, StillRunning);
            await task.UntilAsync(() => task.Activities.Begun.Count == slice + 1);
        }

        task.Activities.End("1.1", 1, ScriptedActivities.Exited(0));
    }

    private static async Task HandOverAsync(TaskScenario task)
    {
        await StartHeldAsync(task);
        task.Activities.End("1.1", 1, StillRunning with { HandedOver = true });
        await task.UntilTimersAsync(2);
        await task.PassUntilAsync(() => task.Activities.Begun.Count == 2);
        task.Activities.End("1.1", 1, ScriptedActivities.Exited(0));
    }

    private static async Task PauseAsync(TaskScenario task)
    {
        await StartHeldAsync(task);
        await task.PauseAsync();
        await task.UntilAsync(() => task.Record.State == TaskState.Paused && task.Activities.Queueing.Last() == "leave");
        await task.ResumeAsync();
        await task.UntilBegunAsync("1.1", 2);
        await task.PauseAsync("drain");
        await task.UntilAsync(() => task.Actions.Count() == 3);
        task.Activities.End("1.1", 2, ScriptedActivities.Exited(0));
        await task.UntilAsync(() => task.Record.State == TaskState.Paused && task.Activities.Queueing.Last() == "leave");
        await task.ResumeAsync();
    }

    private static async Task FreezeAsync(TaskScenario task)
    {
        await StartHeldAsync(task);
        await task.PauseAsync("freeze");
        await task.UntilStateAsync(TaskState.Paused);
        await task.ResumeAsync();
        await task.UntilStateAsync(TaskState.Executing);
        task.Activities.End("1.1", 1, ScriptedActivities.Exited(0));
    }

    private static async Task CancelAsync(TaskScenario task)
    {
        await StartHeldAsync(task);
        await task.CancelAsync();
    }

    private static async Task CancelLateAsync(TaskScenario task)
    {
        task.Activities.Exits("1.1", 3);
        task.Activities.Holds = call => call is TakeCheckpoint { Type: CheckpointType.Recovery };
        await task.StartAsync();
        await task.Activities.Held.Task;
        await task.CancelAsync();
        task.Activities.Gate.SetResult();
    }

    private static async Task SuspendAsync(TaskScenario task)
    {
        await StartHeldAsync(task);
        task.Time.Advance(TimeSpan.FromMinutes(1));
        await task.SuspendAsync(TimeSpan.FromHours(3));
        await task.UntilAsync(() => task.Record.Paused > TimeSpan.Zero);
        task.Activities.End("1.1", 1, ScriptedActivities.Exited(0));
    }

    private static async Task ExtendPhaseAsync(TaskScenario task)
    {
        task.Activities.Hold("2.1");
        task.Activities.Holds = call => call is TakeCheckpoint { Type: CheckpointType.Phase };
        await task.StartAsync();
        await task.Activities.Held.Task;
        await task.RaiseAsync("extend", """{"duration":"PT15M","scope":"phase"}""");
        task.Activities.Gate.SetResult();
        await task.UntilBegunAsync("2.1");
        await task.PassUntilAsync(() => task.Record.Detail == "phase_timeout" && task.Activities.Queueing.Last() == "leave");
        await task.ResumeAsync();
        await task.UntilBegunAsync("2.1", 2);
        task.Activities.End("2.1", 2, ScriptedActivities.Exited(0));
    }

    private static async Task RollBackAsync(TaskScenario task)
    {
        await StartHeldAsync(task);
        await task.PassUntilAsync(() => task.Record.LastCheckpoint is { Type: "automatic" });
        task.Activities.End("1.1", 1, Failed(FailureClass.Critical));
        await task.PassUntilAsync(() => task.Activities.Begun.Any(begun => begun.Attempt == 2));
        task.Activities.End("1.1", 2, Failed(FailureClass.Critical));
        await task.PassUntilAsync(() => task.Activities.Begun.Any(begun => begun.Attempt == 3));
        task.Activities.End("1.1", 3, ScriptedActivities.Exited(0));
    }

    private static async Task ExtendAsync(TaskScenario task)
    {
        await StartHeldAsync(task);
        await task.PassUntilAsync(() => task.Warnings.Any());
        await task.RaiseAsync("extend", """{"duration":"PT4H","by":"ops","reason":"more to do"}""");
        await task.UntilAsync(() => task.Actions.Contains("extend"));
        task.Activities.End("1.1", 1, ScriptedActivities.Exited(0));
    }

    private static async Task TimeOutAsync(TaskScenario task)
    {
        await StartHeldAsync(task);
        await task.PassUntilAsync(() => !task.Activities.Stops.IsEmpty);
    }

    private static async Task RetryAsync(TaskScenario task)
    {
        task.Activities.Script("1.1", Failed(FailureClass.Transient), Failed(FailureClass.Transient), ScriptedActivities.Exited(0));
        await task.StartAsync();
        await task.PassUntilAsync(() => task.Activities.Attempts.Count() == 3);
    }

    private static async Task QuotaAsync(TaskScenario task)
    {
        task.Activities.Script("1.1", Failed(FailureClass.Quota, task.Time.GetUtcNow().AddHours(5)), ScriptedActivities.Exited(0));
        await task.StartAsync();
        await task.PassUntilAsync(() => task.Activities.Attempts.Count() == 2);
    }

    private static async Task CrashAsync(TaskScenario task)
    {
        task.Activities.Script("1.1", Failed(FailureClass.Crash), ScriptedActivities.Exited(0));
        await task.StartAsync();
        await task.PassUntilAsync(() => task.Activities.Attempts.Count() == 2);
    }

    private static async Task SkipAsync(TaskScenario task)
    {
        task.Activities.Script("1.1", Failed(FailureClass.Denied));
        await task.StartAsync();
    }

    private static async Task FailAsync(TaskScenario task)
    {
        task.Activities.Script("1.1", Failed(FailureClass.Denied));
        await task.StartAsync();
    }

    private static async Task ApproveAsync(TaskScenario task)
    {
        await task.StartAsync();
        await task.UntilAsync(() => task.Record.State == TaskState.Paused && task.Activities.Queueing.Last() == "leave");
        await task.RaiseAsync("approve", """{"by":"ops","stepId":"1.1"}""");
    }

    private static async Task CheckpointAsync(TaskScenario task)
    {
        await StartHeldAsync(task);
        await task.RaiseAsync("checkpoint", """{"by":"ops","reason":"just now"}""");
        await task.UntilAsync(() => task.Activities.Checkpoints.Any(call => call.Type == CheckpointType.Manual));
        await task.PassUntilAsync(() => task.Activities.Checkpoints.Any(call => call.Type == CheckpointType.Automatic));
        task.Activities.End("1.1", 1, ScriptedActivities.Exited(0));
    }

    private static async Task RestoreAsync(TaskScenario task)
    {
        task.Activities.Restore = call => ScriptedActivities.Restored(call) with { Attempts = new Dictionary<string, int> { ["1.1"] = 1, ["2.1"] = 1 } };
        task.Activities.Hold("2.1");
        await task.StartAsync();
        await task.UntilBegunAsync("2.1");
        await task.PauseAsync();
        await task.UntilAsync(() => task.Record.State == TaskState.Paused && task.Activities.Queueing.Last() == "leave");
        await task.RaiseAsync("resume", """{"by":"ops","reason":"back","checkpointId":"00000000000000aa"}""");
        await task.UntilBegunAsync("2.1", 2);
        task.Activities.End("2.1", 2, ScriptedActivities.Exited(0));
    }

    private static Task ReviveAsync(TaskScenario task)
    {
        task.Activities.Revived = () => new RevivedTask(
            Outlines.Of(1, 2), TaskState.Failed, NextEntry: 41, ["1.1"], [], new Dictionary<string, int> { ["1.1"] = 1, ["1.2"] = 2 },
            new Dictionary<string, AgentSession> { ["1.2"] = new("s-1", null) }, LastCheckpoint: null)
        {
            Epoch = 1,
            Fence = 100,
        };
        return task.StartAsync("""{"reviveTask":true,"by":"ops","reason":"again"}""");
    }

    public static async Task StartHeldAsync(TaskScenario task)
    {
        task.Activities.Hold("1.1");
        await task.StartAsync();
        await task.UntilBegunAsync("1.1");
    }

    private static StepOutcome Failed(FailureClass @class, DateTimeOffset? resets = null) =>
        new(StepEnding.Failed, 1, "It broke.") { Failure = new StepFailure(@class, "It broke.", resets), Agent = new(new("s-1", null), null, null) };
}
