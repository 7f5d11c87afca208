using System.Text.Json;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>
/// The life of a task.
/// <list type="number">
/// <item>Prepare: the start is validated and stored; a bad one fails with all that is wrong with it. A later generation goes on where the
/// one before it stood, and one after a failure from the stored record.</item>
/// </list>
/// Then, round by round, the first of these that applies; where the task stands is all in <see cref="TaskRun"/>, so that any round may be
/// a generation's last, and operators are heard before each:
/// <list type="number">
/// <item>2. A generation that has become long hands over to the next, so that the history stays short.</item>
/// <item>3. What is under way is watched, for a slice: it is stopped for a cancel, a pause, a deadline or its timeout.</item>
/// <item>4. A cancel ends the task; so does a failure that nothing more is done about, once it is resumed if it is paused.</item>
/// <item>5. A checkpoint that is owed (at the end of a phase, after a milestone, to an operator) is taken.</item>
/// <item>6. A pause lets it rest, without a slot, until it is resumed.</item>
/// <item>7. It waits for its turn, or renews the slot it runs in.</item>
/// <item>8. It sets out, or on again after a pause: a checkpoint that is to be restored comes first.</item>
/// <item>9. It completes when every step is over, or at its deadline with what is done.</item>
/// <item>10. The next attempt begins: of the planning step while there is no plan, then phase by phase and step by step.</item>
/// </list>
/// </summary>
public sealed class RunTaskOrchestration
{
    public const string Name = TaskOrchestration.Name;

    private readonly IDurableContext _context;
    private readonly TaskGeneration _task;
    private readonly TurnTaking _turns;
    private readonly Checkpointing _checkpoints;
    private readonly Restoring _restoring;
    private readonly Pausing _pausing;
    private readonly StepExecution _steps;

    private RunTaskOrchestration(IDurableContext context)
    {
        _context = context;
        _task = new TaskGeneration(context);
        _turns = new TurnTaking(_task);
        _checkpoints = new Checkpointing(_task);
        _restoring = new Restoring(_task);
        _pausing = new Pausing(_task, _turns, _checkpoints);
        _steps = new StepExecution(_task, _turns, new Planning(_task), new Freezing(_task), new BesideStep(_task, _checkpoints));
    }

    private TaskRun Run
    {
        get => _task.Run;
        set => _task.Run = value;
    }

    /// <exception cref="TaskFailedException">The task failed; its record says why.</exception>
    public static Task<TaskResult?> RunAsync(IDurableContext context) => new RunTaskOrchestration(context).RunAsync();

    private async Task<TaskResult?> RunAsync()
    {
        // 1.
        if (!await BeginAsync(_context.GetInput<JsonElement>())) return null;
        while (true)
        {
            // 2.
            if (await _task.HandsOverAsync()) return null;
            await _task.HearAsync();

            // 3.
            if (Run.Work.IsUnderWay) await _steps.WatchAsync(Run.Step!);

            // 4.
            else if (Run.Cancel is { } cancel) return await EndAsync(Cancelled(cancel));
            else if (Run is { Failure: { } failure, State: not TaskState.Paused }) return await FailAsync(failure);

            // 5.
            else if (_checkpoints.IsOwed) await _checkpoints.TakeOwedAsync();

            // 6.
            else if (Run.Pause is { } pause) await _pausing.PauseOrRestAsync(pause);

            // 7.
            else if (_task.NeedsSlot) await _turns.TakeAsync();

            // 8.
            else if (Run.State is TaskState.Created) SetOut();
            else if (Run.Restore is { } restore) await _restoring.RestoreAsync(restore);
            else if (Run.State is TaskState.Resuming) await GoOnAsync();
            else if (Run is { State: TaskState.Planning, IsPlanned: true }) _task.Move(TaskState.Executing, "plan_given");

            // 9.
            else if (Run.Step is null) return await CompleteAsync("all_steps_done");
            else if (_task.Now >= Run.Deadlines.Task) return await CompleteAsync("task_timeout");

            // 10.
            else await _steps.BeginAsync(Run.Step);
        }
    }

    /// <returns>Whether there is anything to do.</returns>
    private async Task<bool> BeginAsync(JsonElement input)
    {
        if (TaskRun.Continued(input) is { } continued)
        {
            _task.Begin(continued);
            return true;
        }

        var revival = Revival.Read(input);
        if (revival is null)
        {
            var prepared = await _task.CallAsync(TaskActivities.Prepare, new PrepareTask(_context.InstanceId, input, _task.Now));
            if (prepared.Outline is not { } outline)
                throw new TaskFailedException(string.Join(" ", prepared.Errors.Select(error => $"{error.Path}: {error.Message}")));
            if (!prepared.WasBegun)
            {
                _task.Begin(new TaskRun { Outline = outline, RunTaskVersion = prepared.RunTaskVersion });
                return true;
            }
        }

        // Somebody started it anew by the engine's own means.
        revival ??= new Revival(By: null, "Its orchestration was started again.", CheckpointId: null);
        if (await revival.ReviveAsync(_context) is not { } revived) return false;
        _task.Begin(revived);
        revival.GoOn(_task);
        return true;
    }

    private void SetOut()
    {
        var outline = Run.Outline;
        Run = Run with
        {
            Deadlines = RunDeadlines.Of(outline.TaskTimeout, _task.Now) with { PhaseExtension = Run.IsBefore7 ? default : Run.Deadlines.PhaseExtension },
            Checkpoints = Run.Checkpoints.Owe(OwedCheckpoint.BeforeFirstStep),
            Restore = outline.BeginsAt is { } id ? new OwedRestore(id, By: null, "The task begins with its tree.") { TreeOnly = true, Lasts = true } : null,
        };
        _task.Move(TaskState.Planning, "started");
    }

    private async Task GoOnAsync()
    {
        await _task.CountSuspensionsAsync();
        Run = Run with { Deadlines = Run.Deadlines.GoOn(_task.Now), Checkpoints = Run.Checkpoints with { LastAt = _task.Now } };
        _task.Move(Run.IsPlanned ? TaskState.Executing : TaskState.Planning, "resumed");
    }

    private async Task<TaskResult> FailAsync(TaskError error)
    {
        await _checkpoints.TakeUnlessFreshAsync(CheckpointType.Recovery, "Before the task failed.", reason: error.Message);
        return await EndAsync(new Ending(TaskState.Failed, new TaskResult(TaskOutcome.Failed, error.Message), error.Code) { Error = error });
    }

    private async Task<TaskResult> CompleteAsync(string trigger)
    {
        await _checkpoints.TakeUnlessFreshAsync(CheckpointType.Recovery, "When the task's time was over.");
        _task.Move(TaskState.Completing, trigger);
        var delivered = Run.Outline.Delivers ? await DeliverAsync() : new Delivered(Summary: null, Problem: null);
        if (Run.IsBefore4) await _task.HearAsync();
        var complete = Run.IsPlanned && Run.StepsCompleted == Run.TotalSteps && delivered.Problem is null;
        var summary = string.Join(" ", new[] { $"{char.ToUpperInvariant(Done()[0])}{Done()[1..]}.", delivered.Summary, delivered.Problem }.OfType<string>());
        var result = new TaskResult(complete ? TaskOutcome.Success : TaskOutcome.Partial, summary);
        return await EndAsync(new Ending(TaskState.Completed, result, "completed"));
    }

    private async Task<Delivered> DeliverAsync()
    {
        await _task.SaveAsync();
        var delivered = await _task.CallAsync(TaskActivities.Deliver, new Deliver(_task.TaskId));
        if (delivered.Problem is { } problem) _task.Timeline.Warning("delivery_failed", problem, _task.Now);
        return delivered;
    }

    private Ending Cancelled(OperatorCommand cancel)
    {
        var ended = _steps.EndedByCancel is { } message ? $" {message}" : "";
        var result = new TaskResult(TaskOutcome.Cancelled, $"Cancelled after {Done()}.{ended}");
        return new Ending(TaskState.Cancelled, result, OperatorEvents.Cancel) { By = cancel.By, Reason = cancel.Reason };
    }

    /// <summary>Whoever sees the end finds the slot free. A cancel that comes before it is written is the end.</summary>
    private async Task<TaskResult> EndAsync(Ending ending)
    {
        if (Run.IsBefore6) await _task.CountSuspensionsAsync();
        await _turns.LeaveAsync();
        if (!Run.IsBefore6) await _task.CountSuspensionsAsync();
        if (!Run.IsBefore4) await _task.HearAsync();
        if (Run.Cancel is { } cancel) ending = Cancelled(cancel);
        Tell(ending);
        await _task.SaveAsync();
        if (!Run.IsBefore6) ending = await HearLateAsync(ending);
        return ending.Error is { } error ? throw new TaskFailedException(error.Message) : ending.Result;
    }

    /// <summary>What operators say while the end is written is recorded as too late; but what has failed can be cancelled still.</summary>
    private async Task<Ending> HearLateAsync(Ending ending)
    {
        while (_task.TakeUnheard() is { Count: > 0 } late)
        {
            foreach (var (name, said) in late) ending = HearLate(ending, name, said);
            await _task.SaveAsync();
        }

        return ending;
    }

    private Ending HearLate(Ending ending, string name, OperatorCommand said)
    {
        if (name == OperatorEvents.Cancel && ending.State == TaskState.Cancelled) return ending;
        if (name != OperatorEvents.Cancel || ending.State != TaskState.Failed)
        {
            _task.Timeline.OperatorRefused(name, said.By, $"It came too late: the task was {WireName.Of(ending.State)} already.", _task.Now);
            return ending;
        }

        _task.Timeline.OperatorAction(name, said.By, said.Reason, _task.Now);
        ending = Cancelled(said);
        Tell(ending);
        return ending;
    }

    private void Tell(Ending ending)
    {
        _task.Timeline.End(ending.State, ending.Result, ending.Trigger, _task.Now, ending.Error, ending.By, ending.Reason);
        Run = Run with { State = ending.State, Detail = null, Deadlines = new RunDeadlines() };
    }

    private string Done()
    {
        if (!Run.IsPlanned) return "nothing was done, for there was no plan yet";
        return Run.StepsSkipped == 0
            ? $"{Run.StepsCompleted} of {Run.TotalSteps} steps were completed"
            : $"{Run.StepsCompleted} of {Run.TotalSteps} steps were completed, {Run.StepsSkipped} skipped";
    }

    private sealed record Ending(TaskState State, TaskResult Result, string Trigger)
    {
        public TaskError? Error { get; init; }

        public string? By { get; init; }

        public string? Reason { get; init; }
    }
}
