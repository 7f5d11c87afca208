using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>
/// One generation of a task's orchestration, as its parts share it: where the task stands, its timeline, its events and its clock.
/// </summary>
internal sealed class TaskGeneration(IDurableContext context)
{
    /// <summary>Activities that one generation calls, and events it receives, before the next begins, so that the history stays short.</summary>
    public const int MaxCalls = 100;

    private static readonly TimeSpan RenewSlotAfter = TimeSpan.FromMinutes(10);

    /// <summary>Whoever wakes so late was perhaps suspended.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(1);

    private readonly EventInbox _inbox = new(context);
    private int _calls;
    private bool _isOver;

    public TaskRun Run { get; set; } = null!;

    public TaskTimeline Timeline { get; private set; } = null!;

    public string TaskId => context.InstanceId;

    public DateTimeOffset Now => context.CurrentUtcDateTime;

    public bool NeedsSlot => Now >= SlotDue || Run.SlotRenewedAt is null;

    /// <summary>What waits for its turn to go on rests no more, though its clock stands still.</summary>
    private bool Rests => Run.Deadlines.RestsSince is not null && (Run.IsBefore6 || Run.State != TaskState.Resuming);

    private DateTimeOffset? SlotDue => Run.SlotRenewedAt + RenewSlotAfter;

    public void Begin(TaskRun run)
    {
        Run = run;
        Timeline = new TaskTimeline(run.State, run.NextEntry, run.Epoch);
        ShowStatus();
    }

    /// <summary>Sets the custom status to how the task stands now.</summary>
    public void ShowStatus() => context.SetCustomStatus(TaskStatusSummary.Of(Run, Run.Recorded, Now));

    public Task<TOutput> CallAsync<TInput, TOutput>(Activity<TInput, TOutput> activity, TInput input)
    {
        _calls++;
        return context.CallAsync(activity, input);
    }

    public void Move(TaskState to, string trigger, string? detail = null, string? by = null, string? reason = null)
    {
        Timeline.Transition(to, trigger, Now, detail, by, reason);
        Run = Run with { State = to, Detail = detail };
    }

    /// <summary>Takes in what operators said and what the clocks say, which stand still while the engine has suspended the task.</summary>
    public async Task HearAsync()
    {
        if (Run.Moments.Any(moment => moment <= Now && !(Run.Deadlines.SuspensionsKnownUntil >= moment))) await CountSuspensionsAsync();
        foreach (var (name, said) in _inbox.Take())
        {
            var after = OperatorRules.Apply(Run, name, said, Now);
            if (ReferenceEquals(after, Run))
            {
                if (!Run.IsBefore6 && OperatorRules.Refusal(Run, name, said) is { } why) Timeline.OperatorRefused(name, said.By, why, Now);
                continue;
            }

            Run = after;
            Timeline.OperatorAction(name, said.By, said.Reason, Now);
        }

        if (Run.Deadlines.RestsSince is not null) return;
        if (Now >= Run.Deadlines.Warning) Warn();
        if (Now >= Run.Deadlines.Phase && Run.Pause is null or { Mode: not PauseMode.Stop }) Run = Run.ToPause(new(PauseDetails.PhaseTimeout));
    }

    /// <summary>What operators have said since it was last heard.</summary>
    public IReadOnlyList<(string Name, OperatorCommand Said)> TakeUnheard() => [.. _inbox.Take().Where(raised => raised.Name != TaskActivities.Turn)];

    /// <summary>Takes off the time in which the engine had suspended the task, unless its clock stands still anyway.</summary>
    public async Task CountSuspensionsAsync()
    {
        if (Run.IsBefore5 || Run.State == TaskState.Created || Rests || Run.Deadlines.SuspensionsKnownUntil >= Now) return;
        DateTimeOffset until;
        do
        {
            until = Now;
            var suspensions = await CallAsync(TaskActivities.ReadSuspensions, new ReadSuspensions(TaskId, Run.Deadlines.SuspensionsKnownUntil, until));
            Run = Run with { Deadlines = Run.Deadlines.Suspended(suspensions, until), Work = Run.Work.Suspended(suspensions) };
            if (suspensions.Count > 0) Timeline.Hibernated(suspensions, Now);
        }
        while (Now > until + Late); // Suspended once more meanwhile.
    }

    /// <summary>
    /// Waits for the work, an event or a moment, whichever is first, and leaves no timer behind. While the task does not rest, its own
    /// deadlines are such moments too. Timers may be early: who waits looks at the clock again.
    /// </summary>
    public async Task WaitAsync(DateTimeOffset? until, params Task?[] work)
    {
        await SaveAsync();
        using var lost = new CancellationTokenSource();
        List<Task> racers = [_inbox.Arrival, .. work.OfType<Task>()];
        var moment = Earliest(until, NextMoment());
        if (moment is not null) racers.Add(context.CreateTimerAsync(moment.Value, lost.Token));
        await Task.WhenAny(racers);
        lost.Cancel();
        if (Now > moment + Late) await CountSuspensionsAsync();
    }

    /// <summary>Waits so long, whatever happens.</summary>
    public Task RestAsync(TimeSpan time) => context.CreateTimerAsync(Now + time, CancellationToken.None);

    public async Task SaveAsync()
    {
        if (!Timeline.HasPending) return;
        if (Run.ShownDeadlines is var shown && shown != Run.ToldDeadlines)
        {
            Timeline.DeadlinesChanged(shown);
            Run = Run with { ToldDeadlines = shown };
        }

        var recorded = await CallAsync(TaskActivities.Record, new RecordTimeline(TaskId, Timeline.TakePending()));
        Run = Run with { Recorded = recorded };
        ShowStatus();
    }

    /// <summary>Leaves what follows to a new generation, whose history is short again.</summary>
    public void Finish() => _isOver = true;

    /// <summary>Begins the next generation if this one is long enough and nothing is left to be heard.</summary>
    public async Task<bool> HandsOverAsync()
    {
        if (!_isOver && _calls + (Run.IsBefore5 ? 0 : _inbox.Count) < MaxCalls) return false;
        if (!Run.IsBefore5) await HearAsync();
        if (Run.Cancel is not null || (Run.Failure is not null && (Run.IsBefore6 || Run.State != TaskState.Paused))) return false; // The end is near.
        do
        {
            await CountSuspensionsAsync();
            await SaveAsync();
        }
        while (!Run.IsBefore6 && !Rests && Now > Run.Deadlines.SuspensionsKnownUntil + Late); // Suspended meanwhile.

        // Looked for last: an event that was received and not handled would be lost with the generation.
        if (_inbox.Arrival.IsCompleted) return false;
        context.ContinueAsNew(Run with { NextEntry = Timeline.NextNumber, RunTaskVersion = TaskRun.CurrentVersion });
        return true;
    }

    /// <summary>A new name for a checkpoint; the same at every replay.</summary>
    public CheckpointId NewCheckpointId() => CheckpointId.Parse(context.NewGuid().ToString("n")[..CheckpointId.Length]);

    /// <summary>From 0 to below 1; the same at every replay.</summary>
    public double Jitter() => BitConverter.ToUInt32(context.NewGuid().ToByteArray()) / (uint.MaxValue + 1.0);

    private DateTimeOffset? NextMoment() => Run.Deadlines is { RestsSince: null } due
        ? Earliest(Earliest(due.Task, due.Warning), Earliest(due.Phase, SlotDue))
        : null;

    private void Warn()
    {
        var left = Run.Deadlines.Task - Now;
        Timeline.Warning("task_timeout_near", $"Three quarters of the task's time are over; {Duration.Format(left ?? default)} is left.", Now);
        Run = Run with { Deadlines = Run.Deadlines with { Warning = null } };
    }

    public static DateTimeOffset? Earliest(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b : a;
}
