using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;
using DurableAgentTasks.Workflow.Tests.Hosting;
using static DurableAgentTasks.Workflow.Tests.Golden.GoldenScenarios;

namespace DurableAgentTasks.Workflow.Tests.Golden;

/// <summary>Lives in which a task rests, or waits.</summary>
internal static class GoldenPauses
{
    private static readonly StepApproval Unanswered = new(TimeSpan.FromHours(2), ApprovalDefault.Approve);

    public static IReadOnlyDictionary<string, Scenario> All { get; } = new Dictionary<string, Scenario>(StringComparer.Ordinal)
    {
        ["idle"] = new(Outlines.Of(1, 1), task => StopItselfAsync(task, StopReason.Idle)),
        ["budget"] = new(Outlines.Of(1, 1), task => StopItselfAsync(task, StopReason.Budget)),
        ["emergency"] = new(Outlines.Of(1, 1), EmergencyAsync),
        ["phase-timeout"] = new(Outlines.Of(1, 1) with { PhaseTimeout = TimeSpan.FromMinutes(30) }, PhaseTimeoutAsync),
        ["queued"] = new(Outlines.Of(1, 1), QueueAsync),
        ["approval-timeout"] = new(Outlines.Of(Outlines.Step("1.1") with { Approval = Unanswered }), ApprovalTimeoutAsync),
        ["rejected"] = new(Outlines.Of(Outlines.Step("1.1") with { Approval = Unanswered }), task => RejectAsync(task)),
        ["rejected-skipped"] = new(Outlines.Of(Outlines.Step("1.1", critical: false) with { Approval = Unanswered }, Outlines.Step("1.2")), task => RejectAsync(task)),
        ["cancelled-paused"] = new(Outlines.Of(1, 2), CancelPausedAsync),
        ["extended-too-far"] = new(Outlines.Of(TimeSpan.FromHours(4), [Outlines.Step("1.1")]) with { LongestTask = TimeSpan.FromHours(6) }, ExtendTooFarAsync),
        ["cancelled-too-late"] = new(Outlines.Of(1, 1), CancelTooLateAsync),
        ["suspended-at-the-end"] = new(Outlines.Of(1, 1), SuspendAtTheEndAsync),
        ["endangered"] = new(Outlines.Of(1, 1), task => EndangerAsync(task, pauses: false)),
        ["endangered-paused"] = new(Outlines.Of(1, 1), task => EndangerAsync(task, pauses: true)),
    };

    private static async Task StopItselfAsync(TaskScenario task, StopReason reason)
    {
        await StartHeldAsync(task);
        task.Activities.End("1.1", 1, new StepOutcome(StepEnding.Stopped, null, "It was stopped.") { Stop = reason });
        await UntilRestsAsync(task);
        await ResumeAsync(task);
    }

    private static async Task EmergencyAsync(TaskScenario task)
    {
        await StartHeldAsync(task);
        await task.RaiseAsync("pause", """{"emergency":true,"by":"ops","reason":"fire"}""");
        await UntilRestsAsync(task);
        await ResumeAsync(task);
    }

    private static async Task PhaseTimeoutAsync(TaskScenario task)
    {
        await StartHeldAsync(task);
        await task.PassUntilAsync(() => task.Record.State == TaskState.Paused && task.Activities.Queueing.Last() == "leave");
        await ResumeAsync(task);
    }

    private static async Task QueueAsync(TaskScenario task)
    {
        task.Activities.Place = new QueuePlace(HasSlot: false, "queued:1");
        await task.StartAsync();
        await task.UntilAsync(() => task.Record.Detail == "queued:1");
        await task.UntilTimersAsync(1);
        task.Activities.Place = new QueuePlace(HasSlot: true, Detail: null);
        await task.RaiseAsync(TaskActivities.Turn);
    }

    private static async Task ApprovalTimeoutAsync(TaskScenario task)
    {
        await task.StartAsync();
        await UntilRestsAsync(task);
        await task.PassUntilAsync(() => !task.Activities.Begun.IsEmpty);
    }

    private static async Task RejectAsync(TaskScenario task)
    {
        await task.StartAsync();
        await UntilRestsAsync(task);
        await task.RaiseAsync("reject", """{"by":"ops","reason":"too risky","stepId":"1.1"}""");
    }

    private static async Task CancelPausedAsync(TaskScenario task)
    {
        await StartHeldAsync(task);
        await task.PauseAsync();
        await UntilRestsAsync(task);
        await task.CancelAsync();
    }

    private static async Task ExtendTooFarAsync(TaskScenario task)
    {
        await StartHeldAsync(task);
        await task.RaiseAsync("extend", """{"duration":"PT2H","by":"one"}""");
        await task.RaiseAsync("extend", """{"duration":"PT1H","by":"two"}""");
        await task.UntilAsync(() => task.Warnings.Any());
        task.Activities.End("1.1", 1, ScriptedActivities.Exited(0));
    }

    private static async Task CancelTooLateAsync(TaskScenario task)
    {
        task.Activities.Holds = call => call is RecordTimeline { Entries: [.., { To: TaskState.Completed }] };
        await task.StartAsync();
        await task.Activities.Held.Task;
        await task.CancelAsync();
        task.Activities.Gate.SetResult();
    }

    private static async Task SuspendAtTheEndAsync(TaskScenario task)
    {
        await StartHeldAsync(task);
        task.Time.Advance(TimeSpan.FromMinutes(1));
        task.Activities.Holds = call => call is LeaveQueue;
        task.Activities.End("1.1", 1, ScriptedActivities.Exited(0) with { WasSuspended = true });
        await task.Activities.Held.Task;
        await task.SuspendAsync(TimeSpan.FromHours(3), () =>
        {
            task.Activities.Gate.SetResult();
            return Task.CompletedTask;
        });
    }

    private static async Task EndangerAsync(TaskScenario task, bool pauses)
    {
        await StartHeldAsync(task);
        task.Activities.Pulse = new(null, null, ["disk 96 % (critical)"]) { PausesInDanger = pauses };
        if (pauses)
        {
            await task.PassUntilAsync(() => task.Record.State == TaskState.Paused);
            await UntilRestsAsync(task);
            await ResumeAsync(task);
        }
        else
        {
            await task.PassUntilAsync(() => task.Activities.Timeline.Any(entry => entry.Trigger == "automatic"));
            task.Activities.End("1.1", 1, ScriptedActivities.Exited(0));
        }
    }

    private static async Task ResumeAsync(TaskScenario task)
    {
        await task.ResumeAsync();
        await task.UntilBegunAsync("1.1", 2);
        task.Activities.End("1.1", 2, ScriptedActivities.Exited(0));
    }

    private static Task UntilRestsAsync(TaskScenario task) =>
        task.UntilAsync(() => task.Record.State == TaskState.Paused && task.Activities.Queueing.Last() == "leave");
}
