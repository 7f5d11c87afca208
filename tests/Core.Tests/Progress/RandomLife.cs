using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Progress;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Core.Tests.Progress;

/// <summary>A task to which things happen; whenever it is read, its report is held against all earlier ones.</summary>
internal sealed class RandomLife
{
    private readonly TaskTimeline _timeline = new();
    private TaskRecord _task;
    private DateTimeOffset _now = Samples.Start;
    private TimeSpan? _least;
    private (DateTimeOffset At, TimeSpan Left)? _last;

    /// <param name="phases">In the plan.</param>
    /// <param name="steps">In each phase.</param>
    /// <param name="agents">Whether every other step is an agent's.</param>
    /// <param name="history">Seconds that earlier steps took; 0 for none that are known.</param>
    public RandomLife(int phases, int steps, bool agents, int history)
    {
        _task = Samples.Task(PlanOf(phases, steps, agents));
        if (history > 0)
        {
            var known = DurationStatistics.None.Add(TimeSpan.FromSeconds(history)).Add(TimeSpan.FromSeconds(2 * history));
            _task = _task with { History = [new(StepKind.Shell, known), new(StepKind.Agent, known)] };
        }

        _timeline.Transition(TaskState.Planning, "start", _now);
        _timeline.Transition(TaskState.Executing, "planned", _now);
        Report();
    }

    private StepRun? Running => _task.Steps.Find(step => step.RunningSince is not null);

    private Step? Next => _task.Plan!.Steps.FirstOrDefault(step => !_task.Steps.Exists(run => run.Id == step.Id && run.Status is WorkStatus.Completed or WorkStatus.Skipped));

    public void Go(int what, TimeSpan after)
    {
        // Half-way too: between two entries only the clock moves.
        _now += after / 2;
        Report();
        _now += after - (after / 2);
        Report();
        Happen(what);
        Report();
    }

    public ProgressReport Report()
    {
        _task = _task.Apply(_timeline.TakePending());
        var report = ProgressReport.Of(_task, PlanProgress.Of(_task), _now);
        if (report.Remaining is not { } left)
        {
            Assert.Null(report.Reason);
            (_least, _last) = (null, null);
            return report;
        }

        Assert.True(left.Low >= TimeSpan.Zero && left.Low <= left.Likely && left.Likely <= left.High, $"{left}");
        if (report.Reason is null)
        {
            Assert.True(_least is null || left.Likely <= _least, $"{_least} became {left.Likely}");

            // To a second, for that is how it is rounded.
            var end = _now + left.Likely;
            Assert.True(_task.PausedSince is not null || _last is null || left.Likely == TimeSpan.Zero || end <= _last.Value.At + _last.Value.Left + TimeSpan.FromSeconds(1), $"{_last} became {left} at {_now}");
        }

        _least = _least < left.Likely ? _least : left.Likely;
        _last = _task.PausedSince is null ? (_now, left.Likely) : null;
        return report;
    }

    private void Happen(int what)
    {
        switch (what)
        {
            case 0 or 1 or 2 or 3 when Running is null && Next is { } next && _task.State == TaskState.Executing:
                _timeline.StepStarted(next.Id, 1 + (_task.Steps.Find(run => run.Id == next.Id)?.Attempts ?? 0), _now);
                break;
            case 4 or 5 or 6 or 7:
                End(WorkStatus.Completed);
                break;
            case 8:
                End(WorkStatus.Skipped);
                break;
            case 9:
                End(WorkStatus.Pending);
                break;
            case 10 when _task.State == TaskState.Executing:
                _timeline.Transition(TaskState.Paused, "pause", _now, detail: "operator");
                break;
            case 11 or 12 when _task.State == TaskState.Paused:
                _timeline.Transition(TaskState.Resuming, "resume", _now);
                _timeline.Transition(TaskState.Executing, "resumed", _now);
                break;
            case 13 when Running is null:
                string[] pending = [.. _task.Steps.Where(run => run.Status == WorkStatus.Completed).Select(run => run.Id).TakeLast(3)];
                _timeline.Restored(new(new("0123456789abcdef", "phase", _now, null, null), null, pending), null, _now);
                break;
            case 14 when Running is null:
                _timeline.PlanMade(PlanOf(3, 4, agents: false), _now);
                break;
            case 15 or 16:
                _timeline.OperatorAction("extend", "ann", null, _now);
                _timeline.DeadlinesChanged(new(_now + TimeSpan.FromMinutes(what), null, null));
                break;
            case 17 when Running is null && _task.State == TaskState.Executing:
                _timeline.Transition(TaskState.Failed, "step_failed", _now);
                break;
            case 18 when _task.State == TaskState.Failed:
                _timeline.Transition(TaskState.Resuming, "resume", _now);
                _timeline.Transition(TaskState.Executing, "resumed", _now);
                break;
            default:
                break;
        }
    }

    private void End(WorkStatus status)
    {
        if (Running is { } run && _task.State == TaskState.Executing) _timeline.StepEnded(run.Id, status, run.Attempts, null, null, _now);
    }

    private static Plan PlanOf(int phases, int steps, bool agents) => new(
    [
        .. Enumerable.Range(1, phases).Select(phase => new Phase(phase, $"Phase {phase}",
        [
            .. Enumerable.Range(1, steps).Select(step => agents && step % 2 == 0
                ? new Step { Id = $"{phase}.{step}", Title = "think", Kind = StepKind.Agent, Prompt = "do" }
                : Samples.Shell($"{phase}.{step}") with { Timeout = phase % 2 == 0 ? TimeSpan.FromMinutes(1) : null }),
        ])),
    ]);
}
