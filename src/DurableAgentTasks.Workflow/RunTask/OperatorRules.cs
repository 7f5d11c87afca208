using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Core.Timeouts;

namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>What an operator's command does to a run, judged by where the task stands: what is in effect already changes nothing.</summary>
internal static class OperatorRules
{
    /// <returns>The same run if the command has no effect.</returns>
    public static TaskRun Apply(TaskRun run, string command, OperatorCommand said, DateTimeOffset now) => command switch
    {
        OperatorEvents.Cancel => run.Cancel is null ? run with { Cancel = said } : run,
        OperatorEvents.Pause => Pause(run, said),
        OperatorEvents.Resume => Resume(run, said),
        OperatorEvents.Extend => Extend(run, said, now),
        OperatorEvents.Checkpoint => Checkpoint(run, said),
        OperatorEvents.Approve => Judge(run, said, approved: true),
        OperatorEvents.Reject => Judge(run, said, approved: false),
        _ => run,
    };

    /// <summary>Why a command has no effect on a run.</summary>
    /// <returns><see langword="null"/> if what it asks for is in effect already, or is nothing that can be refused.</returns>
    public static string? Refusal(TaskRun run, string command, OperatorCommand said) => command switch
    {
        OperatorEvents.Extend => ExtensionRefusal(run, said),
        OperatorEvents.Approve => JudgementRefusal(run, said, approved: true),
        OperatorEvents.Reject => JudgementRefusal(run, said, approved: false),
        _ => null,
    };

    private static TaskRun Pause(TaskRun run, OperatorCommand said)
    {
        var pause = new TaskPause(said.Emergency ? PauseDetails.Emergency : PauseDetails.Operator, said.Mode ?? PauseMode.Stop) { By = said.By, Reason = said.Reason };
        if (run.State != TaskState.Paused && !TaskLifecycle.CanPause(run.State)) return run;
        if (run.Pause is not { } present) return run with { Pause = pause };

        // What is frozen has nothing to drain: it stays frozen.
        if (run.Work.IsFrozen && pause.Mode == PauseMode.Drain) pause = pause with { Mode = PauseMode.Freeze };

        // A resume, or a time to go on by itself, no longer counts; and who asked for less patience does not wait for more.
        if (run.Resumption is not null || present.Until is not null) return run with { Pause = pause, Resumption = null };
        var rests = run.State == TaskState.Paused && !run.Work.IsFrozen;
        return !rests && Haste(pause.Mode) > Haste(present.Mode) ? run with { Pause = pause } : run;
    }

    private static int Haste(PauseMode mode) => mode switch
    {
        PauseMode.Drain => 0,
        PauseMode.Freeze => 1,
        _ => 2,
    };

    private static TaskRun Resume(TaskRun run, OperatorCommand said)
    {
        // A step that waits for an approval waits for an answer.
        if (run.Pause is not { } pause || run.Resumption is not null || pause.Detail == PauseDetails.Approval) return run;
        return run.State != TaskState.Paused && pause.Mode != PauseMode.Stop && said.CheckpointId is null
            ? run with { Pause = null }
            : run with { Resumption = new TaskResumption(ResumptionKind.UserRequest, said.By, said.Reason) { CheckpointId = said.CheckpointId } };
    }

    /// <summary>What has no limit, or would have more time than is allowed, stays as it is.</summary>
    private static TaskRun Extend(TaskRun run, OperatorCommand said, DateTimeOffset now)
    {
        if (ExtensionOf(said) is not { } by) return run;
        var deadlines = run.Deadlines;
        return said.Scope == ExtensionScope.Phase
            ? (run.IsBefore4 ? deadlines.PhaseLimit : run.PhaseLimit) + by <= Longest(run.Outline.LongestPhase) ? run with { Deadlines = deadlines.ExtendPhase(by) } : run
            : deadlines.TaskLimit + by <= Longest(run.Outline.LongestTask) ? run with { Deadlines = deadlines.ExtendTask(by, now) } : run;
    }

    private static string ExtensionRefusal(TaskRun run, OperatorCommand said)
    {
        var (limit, longest, whose) = said.Scope == ExtensionScope.Phase
            ? (run.PhaseLimit, run.Outline.LongestPhase, "phase")
            : (run.Deadlines.TaskLimit, run.Outline.LongestTask, "task");
        if (ExtensionOf(said) is not { } by) return "It names no time that can be given.";
        if (limit is not { } time) return $"The {whose} has no limit of time now.";
        return $"The {whose} has {Duration.Format(time)} in all, and may have {Duration.Format(Longest(longest))}: {Duration.Format(by)} more cannot be given.";
    }

    private static TimeSpan? ExtensionOf(OperatorCommand said) => said.Duration is { } by && by > TimeSpan.Zero && by <= TimeoutRule.Longest ? by : null;

    private static TimeSpan Longest(TimeSpan? limit) => limit ?? TimeoutRule.Longest;

    private static TaskRun Checkpoint(TaskRun run, OperatorCommand said)
    {
        if (run.Checkpoints.Owed.Any(owed => owed.Type == CheckpointType.Manual)) return run;
        var owed = new OwedCheckpoint(CheckpointType.Manual, "An operator asked for it.") { By = said.By, Reason = said.Reason };
        return run with { Checkpoints = run.Checkpoints.Owe(owed) };
    }

    private static string? JudgementRefusal(TaskRun run, OperatorCommand said, bool approved) =>
        run.Verdict is { } verdict && verdict.Approved != approved && (said.StepId ?? verdict.StepId) == verdict.StepId
            ? $"Step {verdict.StepId} was {(verdict.Approved ? "approved" : "rejected")} before{(verdict.By is { } by ? $" by {by}" : "")}."
            : null;

    private static TaskRun Judge(TaskRun run, OperatorCommand said, bool approved)
    {
        if (run.Pause is not { Detail: PauseDetails.Approval, StepId: { } step } || run.Resumption is not null) return run;
        if (said.StepId is not null && said.StepId != step) return run;
        return run with
        {
            Verdict = new StepVerdict(step, approved, said.By, said.Reason),
            Resumption = new TaskResumption(ResumptionKind.UserRequest, said.By, said.Reason),
        };
    }
}
