using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Recovery;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>
/// The attempts of the present step.
/// <list type="number">
/// <item>An attempt begins, once the step is approved, and after the delay that the failure before it asks for.</item>
/// <item>It is watched slice by slice, raced against a cancel, a pause, the task's deadlines and the step's timeout; checkpoints are
/// taken beside it.</item>
/// <item>What was stopped is seen to its end: nothing runs on when the task says that it does not.</item>
/// <item>A success is the step's end. What was stopped to pause goes on when the task is resumed.</item>
/// <item>A failure is recovered from as <see cref="RecoveryTable"/> says.</item>
/// </list>
/// </summary>
internal sealed class StepExecution(TaskGeneration task, TurnTaking turns, Planning planning, Freezing freezing, BesideStep beside)
{
    /// <summary>A host that ends takes calls for some seconds more, which are lost with it: they would be found a minute later.</summary>
    private static readonly TimeSpan UntilHostHasEnded = TimeSpan.FromSeconds(5);

    private TaskRun Run
    {
        get => task.Run;
        set => task.Run = value;
    }

    /// <summary>What the cancel has ended, for people; <see langword="null"/> if it met nothing.</summary>
    public string? EndedByCancel { get; private set; }

    // 1.
    public async Task BeginAsync(StepOutline step)
    {
        if (task.Now < Run.Work.NotBefore)
        {
            await task.WaitAsync(Run.Work.NotBefore);
            return;
        }

        if (Approving.NeedsVerdict(Run, step))
        {
            Run = Run.ToPause(Approving.WaitFor(step, task.Now));
            return;
        }

        if (Run.Verdict is { Approved: false } rejected && step.Approval is not null)
        {
            Reject(step, rejected);
            return;
        }

        if (step.Risky && !Run.Work.Safeguarded)
        {
            var owed = new OwedCheckpoint(CheckpointType.PreRisky, $"Before step {step.Id}: {step.Title}");
            Run = Run with { Work = Run.Work with { Safeguarded = true }, Checkpoints = Run.Checkpoints.Owe(owed) };
            return;
        }

        var work = Run.Work;
        Run = Run with
        {
            Work = work with
            {
                Attempt = Math.Max(work.Attempt, Run.Attempts.GetValueOrDefault(step.Id)) + 1,
                Retries = Math.Max(work.Retries, Run.RolledBack?.StepId == step.Id ? Run.RolledBack.Retries : 0),
                BegunAt = task.Now,
                HasRun = false,
                NotBefore = null,
                Report = null,
            },
            Pulse = new RunPulse { Alerts = Run.IsBefore7 ? [] : Run.Pulse.Alerts },
            Deadlines = Run.IsPlanned ? Run.Deadlines.BeginPhase(Run.IsBefore4 ? Run.Outline.PhaseTimeout : Run.PhaseLimit, task.Now) : Run.Deadlines,
        };
        if (work.NotBefore is not null && !Run.IsBefore6) task.Timeline.Resumption(ResumptionKind.Error, $"Step {step.Id} is tried again after a failure.", task.Now);
        task.Timeline.StepStarted(step.Id, Run.Work.Attempt, task.Now);
        await task.SaveAsync();
    }

    // 2.
    public async Task WatchAsync(StepOutline step)
    {
        var stop = StopFor(step);
        if (stop is not null && !Run.Work.HasRun)
        {
            await SettleAsync(step, new StepOutcome(StepEnding.Stopped, ExitCode: null, Message: null), stop);
            return;
        }

        var slice = stop is null ? SliceAsync(step) : null;
        while (stop is null && !slice!.IsCompleted)
        {
            await task.WaitAsync(NextMoment(step), slice, beside.UnderWay);
            DateTimeOffset heard;
            do
            {
                await task.HearAsync();
                heard = task.Now;
                if (task.NeedsSlot) await turns.TakeAsync();
                if (!slice.IsCompleted) await freezing.FollowAsync(step);
            }
            while (!Run.IsBefore7 && !slice.IsCompleted && task.Now > heard); // What took time may have taken hours, if the engine was suspended.

            if (slice.IsCompleted) break;
            stop = StopFor(step);
            if (stop is null) await (Run.Work.IsFrozen ? beside.SettleAsync() : beside.FollowAsync());
        }

        // 3. A slice that was over in the moment of the stop leaves the attempt under way: the next round stops it and sees it end.
        if (stop is { } reason) await task.CallAsync(TaskActivities.StopStep, new StopStep(task.TaskId, step.Id, Run.Work.Attempt, reason));
        var outcome = await (slice ?? SliceAsync(step));
        await beside.EndAsync();
        if (outcome.WasSuspended && !Run.IsBefore6) await task.CountSuspensionsAsync(); // Before its end is told: it did not run then.
        if (outcome.Ending is not (StepEnding.StillRunning or StepEnding.Superseded)) await SettleAsync(step, outcome, stop);
    }

    private async Task<StepOutcome> SliceAsync(StepOutline step)
    {
        Run = Run with
        {
            Fence = Run.Fence + 1,
            Work = Run.Work with { HasRun = true },
            Checkpoints = Run.Checkpoints with { Fresh = false, Unsettled = Run.IsPlanned },
        };
        var call = new RunStep(task.TaskId, step.Id, Run.Work.Attempt, Run.Work.Session)
        {
            Fence = Run.Fence, CheckpointId = Run.Checkpoints.LastId, BudgetsGranted = Run.BudgetsGranted,
        };
        var outcome = await task.CallAsync(TaskActivities.RunStep, call);
        if (outcome.Resumed) task.Timeline.Resumption(ResumptionKind.Restart, WhyResumed(step, outcome), task.Now);
        Run = Run with
        {
            Work = Run.Work with { Report = outcome.Agent ?? Run.Work.Report, Session = outcome.Agent?.Session ?? Run.Work.Session },
        };
        if (outcome.HandedOver) await task.RestAsync(UntilHostHasEnded);
        return outcome;
    }

    private static string WhyResumed(StepOutline step, StepOutcome outcome) => outcome.Moved
        ? $"Step {step.Id} goes on on another host: the one that ran it is gone."
        : $"The host of step {step.Id} was started again.";

    private StopReason? StopFor(StepOutline step) =>
        Run.Cancel is not null ? StopReason.Cancelled
        : Run.Pause is { Mode: PauseMode.Stop } && Run.Work.IsFrozen ? StopReason.Paused
        : Run.Work.IsFrozen ? null
        : task.Now >= Run.Deadlines.Task ? StopReason.TaskTimeout
        : Run.Pause is { Mode: PauseMode.Stop } ? StopReason.Paused
        : task.Now >= Run.Work.BegunAt + step.Timeout ? StopReason.StepTimeout
        : null;

    private DateTimeOffset? NextMoment(StepOutline step) =>
        Run.Work.IsFrozen ? freezing.Due : TaskGeneration.Earliest(Run.Work.BegunAt + step.Timeout, beside.Due);

    // 4.
    private async Task SettleAsync(StepOutline step, StepOutcome outcome, StopReason? asked)
    {
        // An emergency pauses the task whatever else was asked meanwhile, unless that was a cancel.
        var stop = outcome.Stop is StopReason.Emergency && asked is not StopReason.Cancelled ? StopReason.Emergency
            : asked ?? (outcome.Stop is StopReason.Idle or StopReason.Budget or StopReason.Paused ? outcome.Stop : null);
        if (outcome.Ending == StepEnding.Succeeded)
        {
            End(step, outcome, WorkStatus.Completed);
            if (Run.IsPlanned) StepOver(completed: true);
            else await planning.AcceptAsync(fallback: Run.Work.PlanRefused);
            return;
        }

        switch (stop)
        {
            case StopReason.Cancelled:
                EndedByCancel = outcome.Message;
                End(step, outcome, WorkStatus.Cancelled);
                break;
            case StopReason.TaskTimeout or StopReason.Paused:
                End(step, outcome, WorkStatus.Pending);
                break;
            case StopReason.Idle or StopReason.Budget or StopReason.Emergency:
                End(step, outcome, WorkStatus.Pending);
                if (!Run.IsBefore4) await task.HearAsync(); // A resume that was said by now was said of another pause.
                Run = Run.ToPause(new TaskPause(DetailOf(stop.Value)) { Reason = outcome.Message });
                break;
            default:
                await RecoverAsync(step, outcome, stop);
                break;
        }
    }

    // 5.
    private async Task RecoverAsync(StepOutline step, StepOutcome outcome, StopReason? stop)
    {
        var message = MessageOf(outcome);

        // A stop that nobody here asked for, and that is no reason to pause, says nothing against another attempt either.
        var assumed = stop is StopReason.StepTimeout || outcome.Ending == StepEnding.Stopped ? FailureClass.Transient : FailureClass.Command;
        var failure = (stop is null ? outcome.Failure : null) ?? new StepFailure(assumed, message, ResetsAt: null);
        var failed = new FailedAttempt(failure.Class, Run.Work.Retries, Run.Work.QuotaWaits, step.Critical)
        {
            Retry = step.Retry, ExitCode = outcome.ExitCode, ResetsAt = failure.ResetsAt,
        };
        var decision = RecoveryTable.Decide(failed, task.Now, task.Jitter());
        task.Timeline.Recovery(
            new RecoveryData(step.Id, failure.Class, decision.Action, Run.Work.Attempt, decision.Delay, failure.Evidence), task.Now);
        switch (decision.Action)
        {
            case RecoveryAction.Retry:
                End(step, outcome, WorkStatus.Pending);
                if (failure.Class == FailureClass.Resource) await task.CallAsync(TaskActivities.CleanUp, new CleanUp(task.TaskId));
                var session = stop is StopReason.StepTimeout && step.Kind != StepKind.Agent ? null : Run.Work.Session;
                Run = Run with { Work = Run.Work with { Retries = Run.Work.Retries + 1, NotBefore = task.Now + decision.Delay, Session = session } };
                break;
            case RecoveryAction.Restore:
                End(step, outcome, WorkStatus.Pending);
                Run = Run with
                {
                    Work = Run.Work with { Retries = Run.Work.Retries + 1, NotBefore = task.Now + decision.Delay },
                    RolledBack = new RolledBack(step.Id, Run.Work.Retries + 1),
                    Restore = Run.Checkpoints.LastGoodId is null && !Run.IsBefore4 ? null
                        : new OwedRestore(Run.Checkpoints.LastGoodId, By: null, $"Step {step.Id} failed: {failure.Evidence}") { Required = false },
                };
                break;
            case RecoveryAction.Wait:
                End(step, outcome, WorkStatus.Pending);
                Run = Run with
                {
                    Work = Run.Work with { QuotaWaits = Run.Work.QuotaWaits + 1 },
                    Pause = Run.Pause ?? new TaskPause(PauseDetails.Quota) { Reason = failure.Evidence, Until = task.Now + decision.Delay },
                };
                break;
            case RecoveryAction.Skip:
                End(step, outcome, WorkStatus.Skipped);
                StepOver(completed: false);
                break;
            default:
                End(step, outcome, WorkStatus.Failed);
                if (!Run.IsPlanned && Planning.CanFallBackAfter(failure.Class)) await planning.AcceptAsync(fallback: true);
                else Run = Run with { Failure = ErrorOf(step, failure.Class, stop, message) };
                break;
        }
    }

    private void End(StepOutline step, StepOutcome outcome, WorkStatus status)
    {
        var agent = Run.Work.Report is { } report ? new AgentUse(report.Session?.Id, report.Version, report.Usage) : null;
        task.Timeline.StepEnded(step.Id, status, Run.Work.Attempt, outcome.ExitCode, MessageOf(outcome), task.Now, agent);
        Run = Run with { Work = Run.Work with { BegunAt = null, FrozenSince = null, Report = null } };
    }

    private void Reject(StepOutline step, StepVerdict verdict)
    {
        var message = Approving.Rejection(verdict);
        task.Timeline.StepEnded(step.Id, step.Critical ? WorkStatus.Failed : WorkStatus.Skipped, Run.Work.Attempt, exitCode: null, message, task.Now);
        if (step.Critical) Run = Run with { Verdict = null, Failure = new TaskError("step_rejected", $"Step {step.Id} failed: {message}", step.Id) };
        else StepOver(completed: false);
    }

    private void StepOver(bool completed)
    {
        var (before, step) = (Run, Run.Step!);
        Run = Run.StepOver(completed);
        var phaseOver = Run.PhasesDone > before.PhasesDone;
        if (phaseOver) Run = Run with { Checkpoints = Run.Checkpoints.Owe(new(CheckpointType.Phase, $"After phase {before.PhasesDone + 1}: {before.Phase!.Title}")) };
        else if (step.Milestone && completed) Run = Run with { Checkpoints = Run.Checkpoints.Owe(new(CheckpointType.Milestone, $"After step {step.Id}: {step.Title}")) };
        if (phaseOver && Run.Phase is not null) task.Finish();
    }

    private static TaskError ErrorOf(StepOutline step, FailureClass @class, StopReason? stop, string message)
    {
        var kind = @class == FailureClass.Command || stop is not null ? "" : $" ({WireName.Of(@class)})";
        return new TaskError(stop is StopReason.StepTimeout ? "step_timeout" : "step_failed", $"Step {step.Id} failed{kind}: {message}", step.Id);
    }

    private static string MessageOf(StepOutcome outcome) => outcome.Message ?? outcome.Ending.ToString();

    private static string DetailOf(StopReason stop) => stop switch
    {
        StopReason.Idle => PauseDetails.Idle,
        StopReason.Budget => PauseDetails.Budget,
        _ => PauseDetails.Emergency,
    };
}
