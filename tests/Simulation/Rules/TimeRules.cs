using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Simulation.Worlds;

namespace DurableAgentTasks.Simulation.Rules;

/// <summary>
/// What time has to do with: deadlines are kept to within a tolerance, and not acted on early; what rests counts against none; durations
/// add up; nothing runs while the task rests. The tolerance is what activities take, and all the time in which nobody could have acted.
/// </summary>
internal sealed class TimeRules(World world)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, Step> _steps = world.Task.Steps.ToDictionary(step => step.Id);
    private readonly Dictionary<string, DateTimeOffset> _notBefore = [];
    private readonly WorkingTime _task = new(world);
    private readonly WorkingTime _phase = new(world);
    private readonly List<(TimeSpan From, TimeSpan To, TaskState State)> _states = [];
    private readonly Dictionary<AttemptKey, TimeSpan> _begun = [];
    private TaskState _state = TaskState.Created;
    private TimeSpan _since;
    private TimeSpan _hibernated;
    private string? _detail;

    public void Check()
    {
        foreach (var entry in world.Store.Timeline)
        {
            Pass(entry);
            Check(entry);
        }

        _states.Add((_since, TimeSpan.MaxValue, _state));
        CheckRunning();
        CheckStepTimeouts();
        CheckStops();
        CheckDurations();
    }

    private void Pass(TimelineEntry entry)
    {
        var at = At(entry.Time);
        var works = Works(_state);
        _task.Pass(at, works);
        _phase.Pass(at, works);
        if (_task.IsOver(Tolerance)) world.Fail($"At entry {entry.Number} the task has worked for {_task}.");
        if (_phase.IsOver(Tolerance)) world.Fail($"At entry {entry.Number} the phase has worked for {_phase}.");
    }

    private void Check(TimelineEntry entry)
    {
        switch (entry.Type)
        {
            case TimelineTypes.Transition:
                Move(entry);
                break;
            case TimelineTypes.Detail:
                _detail = entry.Data!.Value.GetProperty("detail").GetString(); // A resume that a pause overtakes takes no effect.
                break;
            case TimelineTypes.Step when entry.Trigger == "step_started":
                Begin(entry, entry.Data!.Value.GetProperty("stepId").GetString()!, entry.Data!.Value.GetProperty("attempt").GetInt32());
                break;
            case TimelineTypes.Step when entry.Trigger is "step_completed" or "step_skipped":
                if (IsLastOfPhase(entry.Data!.Value.GetProperty("stepId").GetString()!)) _phase.End();
                break;
            case TimelineTypes.Restored:
                _phase.Unknown();
                if (entry.DataAs<RestoredData>().Pending.Count > 0) _notBefore.Clear(); // It begins elsewhere.
                break;
            case TimelineTypes.Recovery:
                var decision = entry.DataAs<RecoveryData>();
                if (decision.Action is Core.Recovery.RecoveryAction.Retry or Core.Recovery.RecoveryAction.Restore) _notBefore[decision.StepId] = entry.Time + (decision.Delay ?? default);
                break;
            case TimelineTypes.Resumption when entry.Data is not null:
                _hibernated += Suspension.Sum(entry.DataAs<HibernationData>().Suspensions);
                break;
            case TimelineTypes.Operator when OrderRules.IsRevival(world, entry):
                _task.End();
                _task.Begin(world.Task.Outline.TaskTimeout);
                _phase.End();
                _notBefore.Clear();
                break;
            case TimelineTypes.Operator when entry.Trigger == OperatorEvents.Extend:
                Extend(entry.By);
                break;
        }
    }

    private void Move(TimelineEntry entry)
    {
        _states.Add((_since, At(entry.Time), _state));
        (_state, _since) = (entry.To!.Value, At(entry.Time));
        if (entry.Trigger == "started") _task.Begin(world.Task.Outline.TaskTimeout);

        if (entry.Trigger == "task_timeout" && !_task.IsReached(Early)) world.Fail($"The task's time is over at entry {entry.Number}, and it has worked for {_task}.");
        if (entry.Trigger == "phase_timeout" && !_phase.IsReached(Early)) world.Fail($"The phase's time is over at entry {entry.Number}, and it has worked for {_phase}.");
        if (entry.To == TaskState.Resuming && _detail == "phase_timeout") _phase.Stop();
        _detail = entry.To == TaskState.Paused && entry.Data is { } data ? data.GetProperty("detail").GetString() : null;
    }

    private void Begin(TimelineEntry entry, string step, int attempt)
    {
        _begun[new(step, attempt)] = At(entry.Time);
        if (_notBefore.Remove(step, out var moment) && entry.Time < moment) world.Fail($"Step {step} begins at entry {entry.Number}, before {moment:O}.");
        if (step == Plan.PlanningStepId || _phase.IsCounting) return;
        _phase.Begin(world.Task.Outline.PhaseTimeout);
    }

    private void Extend(string? by)
    {
        var raised = world.Operators.All.FirstOrDefault(raised => raised.By == by);
        if (raised?.ExtendsBy is not { } time) return;
        if (raised.ExtendsPhase) _phase.Extend(time);
        else _task.Extend(time);
    }

    /// <summary>Nothing runs in a task that does not work; what was frozen may be thawed a moment before that is recorded.</summary>
    private void CheckRunning()
    {
        foreach (var process in world.Machine.Processes)
        {
            foreach (var (from, to) in process.Ran)
            {
                foreach (var (begin, end, state) in _states.Where(state => state.From < to && state.To > from && !RuleBook.Works(state.State)))
                {
                    var common = (end < to ? end : to) - (begin > from ? begin : from);
                    var thawed = from >= begin ? Early + Early + world.Idle(from, to) : TimeSpan.Zero;
                    if (common > thawed) world.Fail($"{process.Key} ran for {common} from {(begin > from ? begin : from)} on, while the task was {state}.");
                }
            }
        }
    }

    private void CheckStepTimeouts()
    {
        foreach (var attempt in world.Machine.Processes.GroupBy(process => process.Key))
        {
            var limit = attempt.Key.Step == Plan.PlanningStepId ? world.Task.Outline.PlanTimeout : _steps[attempt.Key.Step].Timeout;
            List<RunningInterval> ran = [.. attempt.SelectMany(process => process.Ran)];
            var sum = new TimeSpan(ran.Sum(interval => (interval.To - interval.From).Ticks));
            if (sum > limit + Tolerance + world.Idle(ran[0].From, ran[^1].To)) world.Fail($"{attempt.Key} ran for {sum}; its timeout is {limit}.");
        }
    }

    /// <summary>No step is stopped for its time before it has had it.</summary>
    private void CheckStops()
    {
        foreach (var (key, stopped) in world.Machine.TimedOut)
        {
            if (!_begun.TryGetValue(key, out var begun)) continue;
            var (worked, suspended) = Worked(begun, stopped, Works);
            var limit = key.Step == Plan.PlanningStepId ? world.Task.Outline.PlanTimeout : _steps[key.Step].Timeout;
            if (worked < limit - Early - suspended.MayBeMissing) world.Fail($"{key} was stopped for its time after {worked}; its timeout is {limit}, and it was suspended for {suspended.Sum}.");
        }
    }

    /// <summary>How much of an interval the task worked in.</summary>
    private (TimeSpan Sum, SuspendedTime Suspended) Worked(TimeSpan from, TimeSpan to, Predicate<TaskState> works)
    {
        var (sum, suspended) = (TimeSpan.Zero, default(SuspendedTime));
        foreach (var (begin, end, _) in _states.Where(state => state.From < to && state.To > from && works(state.State)))
        {
            var (first, last) = (begin > from ? begin : from, end < to ? end : to);
            sum += last - first - world.Suspended.Within(first, last).Sum;
            suspended += world.Suspended.Within(first, last);
        }

        return (sum, suspended);
    }

    private void CheckDurations()
    {
        var record = world.Store.Record!;
        var durations = TaskDurations.Of(record, world.Time.Now);
        if (durations.Total != durations.Active + durations.Paused || durations.Active < TimeSpan.Zero || durations.Paused < TimeSpan.Zero)
            world.Fail($"The durations do not add up: {durations}.");
        if (record.StartedAt is not { } started) return;
        var end = At(record.CompletedAt ?? world.Time.Now);
        var rested = _states
            .Where(state => state.State is TaskState.Paused or TaskState.Failed && state.From >= At(started) && state.From < end)
            .Sum(state => ((state.To < end ? state.To : end) - state.From).Ticks);
        var suspended = Worked(At(started), end, state => Works(state) || state is TaskState.Completing or TaskState.Resuming).Suspended;
        if ((suspended.Sum - _hibernated).Duration() > suspended.MayBeMissing) world.Fail($"The task was suspended for {suspended.Sum} in {suspended.Parts} parts while it worked, and its timeline tells of {_hibernated}.");
        if (rested + _hibernated.Ticks != durations.Paused.Ticks) world.Fail($"The task rested for {new TimeSpan(rested)} and {_hibernated} suspended, and its record says {durations.Paused}.");
    }

    private static bool Works(TaskState state) => state is TaskState.Planning or TaskState.Executing or TaskState.Checkpointing;

    private bool IsLastOfPhase(string step) => world.Task.Phases.Any(phase => phase.Steps[^1].Id == step);

    private TimeSpan At(DateTimeOffset time) => time - world.Time.Start;
}
