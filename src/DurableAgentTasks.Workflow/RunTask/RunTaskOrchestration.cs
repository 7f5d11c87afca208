using System.Text.Json;
using DurableAgentTasks.Core.Recovery;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>
/// The life of a task.
/// <list type="number">
/// <item>Prepare: the start is validated and stored; a bad one fails with all that is wrong with it.</item>
/// <item>Plan: the plan the request gives is taken.</item>
/// <item>Execute: phase by phase, step by step, each step raced against its timeout, the task's deadline and a cancel.</item>
/// <item>A step that failed is tried again if its retry says so, skipped if it is not critical, or else the task fails.</item>
/// <item>After each phase a new generation begins, so that the history stays short.</item>
/// <item>Complete: the result is recorded.</item>
/// </list>
/// </summary>
public sealed class RunTaskOrchestration
{
    public const string Name = TaskOrchestration.Name;

    private readonly IDurableContext _context;
    private readonly Task<OperatorCommand?> _cancel;
    private TaskTimeline _timeline = new();
    private TaskRun _run = null!;

    private RunTaskOrchestration(IDurableContext context)
    {
        _context = context;
        _cancel = context.WaitForExternalEventAsync<OperatorCommand>(OperatorEvents.Cancel);
    }

    private DateTimeOffset Now => _context.CurrentUtcDateTime;

    private DateTimeOffset? Deadline => _run.StartedAt + _run.Outline.TaskTimeout;

    /// <exception cref="TaskFailedException">The task failed; its record says why.</exception>
    public static Task<TaskResult?> RunAsync(IDurableContext context) => new RunTaskOrchestration(context).RunAsync();

    private async Task<TaskResult?> RunAsync()
    {
        var input = _context.GetInput<JsonElement>();
        if (TaskRun.Continued(input) is { } run)
        {
            _run = run;
            _timeline = new TaskTimeline(run.State, run.NextEntry);
        }
        else
        {
            await PrepareAsync(input);
            await PlanAsync();
        }

        var ended = await ExecuteAsync(_run.Outline.Phases[_run.PhasesDone]);
        if (ended is not null) return ended;
        if (_cancel.IsCompleted) return await EndCancelledAsync();
        _run = _run with { PhasesDone = _run.PhasesDone + 1 };
        if (_run.PhasesDone == _run.Outline.Phases.Count) return await CompleteAsync("all_steps_done");

        // 5. The cancel is looked for last: what a wait has received and nobody handled would be lost with the generation.
        await SaveAsync();
        if (_cancel.IsCompleted) return await EndCancelledAsync();
        _context.ContinueAsNew(_run with { State = _timeline.State, NextEntry = _timeline.NextNumber });
        return null;
    }

    // 1.
    private async Task PrepareAsync(JsonElement body)
    {
        var createdAt = Now;
        var prepared = await _context.CallAsync(TaskActivities.Prepare, new PrepareTask(_context.InstanceId, body, createdAt));
        if (prepared.Outline is not { } outline)
        {
            throw new TaskFailedException(string.Join(" ", prepared.Errors.Select(error => $"{error.Path}: {error.Message}")));
        }

        _run = new TaskRun { Outline = outline, State = TaskState.Created, NextEntry = 1, StartedAt = Now };
    }

    // 2.
    private async Task PlanAsync()
    {
        _timeline.Transition(TaskState.Planning, "started", Now);
        _timeline.Transition(TaskState.Executing, "plan_given", Now);
        await SaveAsync();
    }

    // 3.
    private async Task<TaskResult?> ExecuteAsync(PhaseOutline phase)
    {
        foreach (var step in phase.Steps)
        {
            if (_cancel.IsCompleted) return await EndCancelledAsync();
            if (Now >= Deadline) return await CompleteAsync("task_timeout");
            var attempt = await RunToEndAsync(step);
            if (attempt.Succeeded) _run = _run with { StepsCompleted = _run.StepsCompleted + 1 };
            if (attempt.Stop is StopReason.Cancelled) return await EndCancelledAsync(attempt);
            if (attempt.Stop is StopReason.TaskTimeout) return await CompleteAsync("task_timeout");
            if (attempt.Succeeded) continue;
            if (step.Critical) await FailAsync(step, attempt);
            _run = _run with { StepsSkipped = _run.StepsSkipped + 1 };
        }

        return null;
    }

    // 4.
    private async Task<StepAttempt> RunToEndAsync(StepOutline step)
    {
        for (var number = 1; ; number++)
        {
            _timeline.StepStarted(step.Id, number, Now);
            await SaveAsync();
            var attempt = await AttemptAsync(step, number);
            if (attempt.RetryDelay(step, number) is not { } delay)
            {
                _timeline.StepEnded(step.Id, attempt.StatusOf(step), number, attempt.Outcome.ExitCode, attempt.Message, Now);
                return attempt;
            }

            _timeline.Recovery(
                new RecoveryData(step.Id, FailureClass.Command, RecoveryAction.Retry, number, delay, attempt.Message), Now);
            await SaveAsync();
            if (await PauseAsync(delay) is { } stop)
            {
                attempt = attempt with { Stop = stop };
                _timeline.StepEnded(step.Id, attempt.StatusOf(step), number, attempt.Outcome.ExitCode, attempt.Message, Now);
                return attempt;
            }
        }
    }

    /// <summary>One attempt, raced against what may stop it.</summary>
    private async Task<StepAttempt> AttemptAsync(StepOutline step, int number)
    {
        var run = _context.CallAsync(TaskActivities.RunStep, new RunStep(_context.InstanceId, step.Id, number));
        var due = Earliest(Now + step.Timeout, Deadline);
        StopReason? stop = null;
        while (stop is null && !run.IsCompleted)
        {
            await WaitAsync(run, due);
            if (!run.IsCompleted) stop = StopFor(due);
        }

        if (stop is { } reason)
        {
            await _context.CallAsync(TaskActivities.StopStep, new StopStep(_context.InstanceId, step.Id, number, reason));
        }

        return new StepAttempt(await run, stop);
    }

    private StopReason? StopFor(DateTimeOffset? due) =>
        _cancel.IsCompleted ? StopReason.Cancelled
        : Now < due ? null // The timer was early: wait again.
        : due == Deadline ? StopReason.TaskTimeout
        : StopReason.StepTimeout;

    /// <summary>Waits before another attempt, unless the task ends meanwhile.</summary>
    private async Task<StopReason?> PauseAsync(TimeSpan delay)
    {
        var due = Earliest(Now + delay, Deadline)!.Value;
        while (Now < due)
        {
            await WaitAsync(null, due);
            if (_cancel.IsCompleted) return StopReason.Cancelled;
        }

        return Now >= Deadline ? StopReason.TaskTimeout : null;
    }

    /// <summary>Waits for the work, a cancel or a moment, whichever is first, and leaves no timer behind.</summary>
    private async Task WaitAsync(Task? work, DateTimeOffset? until)
    {
        using var lost = new CancellationTokenSource();
        var racers = new List<Task> { _cancel };
        if (work is not null) racers.Add(work);
        if (until is { } moment) racers.Add(_context.CreateTimerAsync(moment, lost.Token));
        await Task.WhenAny(racers);
        lost.Cancel();
    }

    // 4.
    private async Task FailAsync(StepOutline step, StepAttempt attempt)
    {
        var message = $"Step {step.Id} failed: {attempt.Message}";
        var error = new TaskError(attempt.Stop is StopReason.StepTimeout ? "step_timeout" : "step_failed", message, step.Id);
        _timeline.End(TaskState.Failed, new TaskResult(TaskOutcome.Failed, message), error.Code, Now, error);
        await SaveAsync();
        throw new TaskFailedException(message);
    }

    /// <param name="stopped">The attempt that the cancel has met, if it met one: it says what was ended.</param>
    private async Task<TaskResult> EndCancelledAsync(StepAttempt? stopped = null)
    {
        var command = await _cancel;
        var ended = stopped?.Outcome is { Ending: StepEnding.Stopped } ? $" {stopped.Message}" : "";
        var result = new TaskResult(TaskOutcome.Cancelled, $"Cancelled after {Done()}.{ended}");
        _timeline.OperatorAction(OperatorEvents.Cancel, command?.By, command?.Reason, Now);
        _timeline.End(TaskState.Cancelled, result, OperatorEvents.Cancel, Now, by: command?.By, reason: command?.Reason);
        await SaveAsync();
        return result;
    }

    // 6.
    private async Task<TaskResult> CompleteAsync(string trigger)
    {
        _timeline.Transition(TaskState.Completing, trigger, Now);
        var all = _run.StepsCompleted == TotalSteps;
        var result = new TaskResult(all ? TaskOutcome.Success : TaskOutcome.Partial, $"{char.ToUpperInvariant(Done()[0])}{Done()[1..]}.");
        _timeline.End(TaskState.Completed, result, "completed", Now);
        await SaveAsync();
        return result;
    }

    private int TotalSteps => _run.Outline.Phases.Sum(phase => phase.Steps.Count);

    private string Done() =>
        _run.StepsSkipped == 0
            ? $"{_run.StepsCompleted} of {TotalSteps} steps were completed"
            : $"{_run.StepsCompleted} of {TotalSteps} steps were completed, {_run.StepsSkipped} skipped";

    private async Task SaveAsync()
    {
        await _context.CallAsync(TaskActivities.Record, new RecordTimeline(_context.InstanceId, _timeline.TakePending()));
        var phase = _run.PhasesDone < _run.Outline.Phases.Count ? _run.Outline.Phases[_run.PhasesDone].Title : null;
        _context.SetCustomStatus(new TaskStatusSummary(
            _timeline.State, Detail: null, _run.Outline.Agent, _run.Outline.AgentId,
            100 * (_run.StepsCompleted + _run.StepsSkipped) / TotalSteps, _run.StepsCompleted, TotalSteps, phase));
    }

    private static DateTimeOffset? Earliest(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b : a;
}
