using System.Text.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>
/// The life of a task.
/// <list type="number">
/// <item>Prepare: the start is validated and stored; a bad one fails with all that is wrong with it.</item>
/// </list>
/// Then, round by round, the first of these that applies; where the task stands is all in <see cref="TaskRun"/>, so that any round may be
/// a generation's last, and operators are heard before each:
/// <list type="number">
/// <item>2. A generation that has become long hands over to the next, so that the history stays short.</item>
/// <item>3. What is under way is watched, for a slice: it is stopped for a cancel, a pause, a deadline or its timeout.</item>
/// <item>4. A cancel ends the task; so does a failure that nothing more is done about.</item>
/// <item>5. A pause lets it rest, without a slot, until it is resumed.</item>
/// <item>6. It waits for its turn, or renews the slot it runs in.</item>
/// <item>7. It completes when every step is over, or at its deadline with what is done.</item>
/// <item>8. The next attempt begins: of the planning step while there is no plan, then phase by phase and step by step.</item>
/// </list>
/// </summary>
public sealed class RunTaskOrchestration
{
    public const string Name = TaskOrchestration.Name;

    private readonly IDurableContext _context;
    private readonly TaskGeneration _task;
    private readonly TurnTaking _turns;
    private readonly Pausing _pausing;
    private readonly StepExecution _steps;

    private RunTaskOrchestration(IDurableContext context)
    {
        _context = context;
        _task = new TaskGeneration(context);
        _turns = new TurnTaking(_task);
        _pausing = new Pausing(_task, _turns);
        _steps = new StepExecution(_task, _turns, new Planning(_task));
    }

    private TaskRun Run => _task.Run;

    /// <exception cref="TaskFailedException">The task failed; its record says why.</exception>
    public static Task<TaskResult?> RunAsync(IDurableContext context) => new RunTaskOrchestration(context).RunAsync();

    private async Task<TaskResult?> RunAsync()
    {
        // 1.
        var input = _context.GetInput<JsonElement>();
        _task.Begin(TaskRun.Continued(input) ?? await PrepareAsync(input));
        while (true)
        {
            // 2.
            if (await _task.HandsOverAsync()) return null;
            _task.Hear();

            // 3.
            if (Run.Work.IsUnderWay) await _steps.WatchAsync(Run.Step!);

            // 4.
            else if (Run.Cancel is { } cancel) return await EndCancelledAsync(cancel);
            else if (Run.Failure is { } failure) await FailAsync(failure);

            // 5.
            else if (Run.Pause is { } pause) await _pausing.PauseOrRestAsync(pause);

            // 6.
            else if (_task.NeedsSlot) await _turns.TakeAsync();

            // 7.
            else if (Run.Step is null) return await CompleteAsync("all_steps_done");
            else if (_task.Now >= Run.Deadlines.Task) return await CompleteAsync("task_timeout");

            // 8.
            else await _steps.BeginAsync(Run.Step);
        }
    }

    private async Task<TaskRun> PrepareAsync(JsonElement body)
    {
        var prepared = await _task.CallAsync(TaskActivities.Prepare, new PrepareTask(_context.InstanceId, body, _task.Now));
        return prepared.Outline is { } outline
            ? new TaskRun { Outline = outline }
            : throw new TaskFailedException(string.Join(" ", prepared.Errors.Select(error => $"{error.Path}: {error.Message}")));
    }

    private async Task<TaskResult> EndCancelledAsync(OperatorCommand cancel)
    {
        var ended = _steps.EndedByCancel is { } message ? $" {message}" : "";
        var result = new TaskResult(TaskOutcome.Cancelled, $"Cancelled after {Done()}.{ended}");
        await EndAsync(TaskState.Cancelled, result, OperatorEvents.Cancel, by: cancel.By, reason: cancel.Reason);
        return result;
    }

    private async Task FailAsync(TaskError error)
    {
        await EndAsync(TaskState.Failed, new TaskResult(TaskOutcome.Failed, error.Message), error.Code, error);
        throw new TaskFailedException(error.Message);
    }

    private async Task<TaskResult> CompleteAsync(string trigger)
    {
        _task.Move(TaskState.Completing, trigger);
        var outcome = Run.IsPlanned && Run.StepsCompleted == Run.TotalSteps ? TaskOutcome.Success : TaskOutcome.Partial;
        var result = new TaskResult(outcome, $"{char.ToUpperInvariant(Done()[0])}{Done()[1..]}.");
        await EndAsync(TaskState.Completed, result, "completed");
        return result;
    }

    /// <summary>Whoever sees the end finds the slot free.</summary>
    private async Task EndAsync(TaskState state, TaskResult result, string trigger, TaskError? error = null, string? by = null, string? reason = null)
    {
        await _turns.LeaveAsync();
        _task.Timeline.End(state, result, trigger, _task.Now, error, by, reason);
        _task.Run = Run with { State = state, Detail = null };
        await _task.SaveAsync();
    }

    private string Done()
    {
        if (!Run.IsPlanned) return "nothing was done, for there was no plan yet";
        return Run.StepsSkipped == 0
            ? $"{Run.StepsCompleted} of {Run.TotalSteps} steps were completed"
            : $"{Run.StepsCompleted} of {Run.TotalSteps} steps were completed, {Run.StepsSkipped} skipped";
    }
}
