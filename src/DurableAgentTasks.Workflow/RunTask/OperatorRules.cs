using DurableAgentTasks.Core.Checkpoints;
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
        if (said.Duration is not { } by || by <= TimeSpan.Zero || by > TimeoutRule.Longest) return run;
        var deadlines = run.Deadlines;
        return said.Scope == ExtensionScope.Phase
            ? (run.IsBefore4 ? deadlines.PhaseLimit : run.PhaseLimit) + by <= Longest(run.Outline.LongestPhase) ? run with { Deadlines = deadlines.ExtendPhase(by) } : run
            : deadlines.TaskLimit + by <= Longest(run.Outline.LongestTask) ? run with { Deadlines = deadlines.ExtendTask(by, now) } : run;
    }

    private static TimeSpan Longest(TimeSpan? limit) => limit ?? TimeoutRule.Longest;

    private static TaskRun Checkpoint(TaskRun run, OperatorCommand said)
    {
        if (run.Checkpoints.Owed.Any(owed => owed.Type == CheckpointType.Manual)) return run;
        var owed = new OwedCheckpoint(CheckpointType.Manual, "An operator asked for it.") { By = said.By, Reason = said.Reason };
        return run with { Checkpoints = run.Checkpoints.Owe(owed) };
    }

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
