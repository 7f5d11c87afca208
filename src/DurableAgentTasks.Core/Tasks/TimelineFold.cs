using System.Collections.Immutable;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Progress;

namespace DurableAgentTasks.Core.Tasks;

/// <summary>What each timeline entry does to a task's record.</summary>
internal static class TimelineFold
{
    public static TaskRecord Apply(TaskRecord task, TimelineEntry entry)
    {
        if (entry.Number <= task.AppliedThrough || entry.Epoch < task.Epoch) return task;
        if (entry.Number > task.AppliedThrough + 1)
        {
            throw Misfit(task, entry, $"came after {task.AppliedThrough}: those between are missing");
        }

        var applied = entry.Type switch
        {
            TimelineTypes.Transition => Move(task, entry),
            TimelineTypes.Detail => task with { Detail = entry.DataAs<DetailData>().Detail },
            TimelineTypes.Plan => task with { MadePlan = entry.DataAs<PlanData>().Plan, Steps = [] },
            TimelineTypes.Step => WithStep(task, entry.DataAs<StepData>(), entry.Time),
            TimelineTypes.Checkpoint => WithCheckpoint(task, entry.DataAs<CheckpointData>()),
            TimelineTypes.Restored => Restore(task, entry.DataAs<RestoredData>(), entry.Time),
            TimelineTypes.Resumption when entry.Data is not null => Hibernate(task, entry.DataAs<HibernationData>().Suspensions),
            _ => task,
        };
        applied = applied with { AppliedThrough = entry.Number, Epoch = entry.Epoch, Deadlines = entry.Deadlines ?? task.Deadlines };
        return applied with { Forecast = Forecasting.After(applied, entry) };
    }

    private static TaskRecord Move(TaskRecord task, TimelineEntry entry)
    {
        if (entry.To is not { } to) throw Misfit(task, entry, "is a transition to nowhere");
        if (entry.From is { } from && from != task.State)
        {
            throw Misfit(task, entry, $"is a transition from '{WireName.Of(from)}', but the task is '{WireName.Of(task.State)}'");
        }

        TaskLifecycle.EnsureCanMove(task.State, to);
        var data = entry.Data is null ? null : entry.DataAs<TransitionData>();
        var ended = TaskLifecycle.HasEnded(to);
        var rested = RestUntil(task, entry.Time);
        return task with
        {
            State = to,
            Detail = data?.Detail,
            StartedAt = task.StartedAt ?? (ended ? null : entry.Time),
            CompletedAt = ended ? entry.Time : null,
            Paused = task.Paused + rested,
            PausedSince = to is TaskState.Paused or TaskState.Failed ? entry.Time : null,
            Steps = TaskLifecycle.IsTerminal(to) ? task.Steps.ConvertAll(step => Abandon(step, entry.Time))
                : task.State == TaskState.Failed ? task.Steps.ConvertAll(TakeUpAgain)
                : Delay(task.Steps, rested),
            Result = ended ? data?.Result ?? new TaskResult(DefaultOutcome(to), Summary: null) : null,
            Error = data?.Error,
        };
    }

    private static TaskRecord WithCheckpoint(TaskRecord task, CheckpointData taken) =>
        task with { LastCheckpoint = taken.Checkpoint, LastGoodCheckpoint = taken.Good ? taken.Checkpoint : task.LastGoodCheckpoint };

    private static TaskRecord Restore(TaskRecord task, RestoredData restored, DateTimeOffset time) => task with
    {
        LastCheckpoint = restored.TreeOnly ? restored.Safety ?? task.LastCheckpoint : restored.Checkpoint,
        LastGoodCheckpoint = restored.TreeOnly ? task.LastGoodCheckpoint : restored.Checkpoint,
        Steps = task.Steps.ConvertAll(step =>
            restored.Pending.Contains(step.Id) ? Forget(step) with { Status = WorkStatus.Pending, Active = TimeSpan.Zero }
            : restored.Over.Contains(step.Id) ? Forget(step) with { Status = WorkStatus.Completed, CompletedAt = time }
            : step),
    };

    /// <summary>How its last attempt went says nothing any more of where the step stands.</summary>
    private static StepRun Forget(StepRun step) => step with { ExitCode = null, Message = null, StartedAt = null, CompletedAt = null };

    /// <summary>A task that goes on after a failure does again what failed.</summary>
    private static StepRun TakeUpAgain(StepRun step) => step.Status == WorkStatus.Failed ? Forget(step) with { Status = WorkStatus.Pending } : step;

    /// <summary>Neither the task nor its step ran meanwhile.</summary>
    private static TaskRecord Hibernate(TaskRecord task, IReadOnlyList<Suspension> suspensions) => task with
    {
        Paused = task.Paused + Suspension.Sum(suspensions),
        Steps = task.Steps.ConvertAll(step => step with { RunningSince = step.RunningSince + Suspension.Sum(suspensions, step.RunningSince) }),
    };

    private static TimelineException Misfit(TaskRecord task, TimelineEntry entry, string how) =>
        new($"Timeline entry {entry.Number} of task '{task.Id}' {how}.");

    private static TimeSpan RestUntil(TaskRecord task, DateTimeOffset time) =>
        // What never began cannot rest; and machines' clocks differ.
        task.StartedAt is not null && task.PausedSince is { } since && time > since ? time - since : TimeSpan.Zero;

    private static StepRun Abandon(StepRun step, DateTimeOffset time) =>
        step.Status is WorkStatus.InProgress or WorkStatus.Pending ? step with { Status = WorkStatus.Cancelled, CompletedAt = time, RunningSince = null } : step;

    /// <summary>A step that stood still while its task rested did not run in that time.</summary>
    private static ImmutableList<StepRun> Delay(ImmutableList<StepRun> steps, TimeSpan rested) =>
        rested > TimeSpan.Zero && steps.FindLastIndex(step => step.RunningSince is not null) is var index and >= 0
            ? steps.SetItem(index, steps[index] with { RunningSince = steps[index].RunningSince + rested })
            : steps;

    private static TaskOutcome DefaultOutcome(TaskState ended) => ended switch
    {
        TaskState.Completed => TaskOutcome.Success,
        TaskState.Cancelled => TaskOutcome.Cancelled,
        _ => TaskOutcome.Failed,
    };

    private static TaskRecord WithStep(TaskRecord task, StepData step, DateTimeOffset time) => task with
    {
        Steps = WithStep(task.Steps, step, time),
        Usage = TokenUsage.Sum(task.Usage, step.Agent?.Usage),
        LastGoodCheckpoint = step.Status == WorkStatus.Completed && WasTakenBeside(task.Steps, step, task.LastCheckpoint) ? task.LastCheckpoint : task.LastGoodCheckpoint,
    };

    private static bool WasTakenBeside(ImmutableList<StepRun> steps, StepData step, CheckpointReference? checkpoint) =>
        checkpoint?.At >= steps.Find(run => run.Id == step.StepId)?.RunningSince;

    private static ImmutableList<StepRun> WithStep(ImmutableList<StepRun> steps, StepData step, DateTimeOffset time)
    {
        // Steps run in order, so the one that is meant is nearly always the last.
        var index = steps.FindLastIndex(run => run.Id == step.StepId);
        var before = index < 0 ? new StepRun { Id = step.StepId, Status = WorkStatus.Pending } : steps[index];
        var begins = step.Status == WorkStatus.InProgress;
        var active = before.Active + (time > before.RunningSince ? time - before.RunningSince.Value : TimeSpan.Zero);
        var after = before with
        {
            Status = step.Status,
            Attempts = Math.Max(before.Attempts, step.Attempt),
            ExitCode = step.ExitCode,
            Message = step.Message,
            StartedAt = begins ? time : before.StartedAt,
            CompletedAt = begins || step.Status == WorkStatus.Pending ? null : time,
            Active = active,
            Took = step.Status == WorkStatus.Completed ? active : before.Took,
            RunningSince = begins ? time : null,
            SessionId = step.Agent?.SessionId ?? before.SessionId,
            AgentVersion = step.Agent?.Version ?? before.AgentVersion,
            Usage = TokenUsage.Sum(before.Usage, step.Agent?.Usage),
        };
        return index < 0 ? steps.Add(after) : steps.SetItem(index, after);
    }
}
