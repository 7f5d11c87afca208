using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Recovery;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Simulation.Worlds;

namespace DurableAgentTasks.Simulation.Rules;

/// <summary>
/// In which order things happen: steps run once, in order, attempts are numbered on, retries are few, an approval comes first where one is
/// asked for, and a checkpoint before a step that is risky.
/// </summary>
internal sealed class OrderRules(World world)
{
    private readonly Dictionary<string, Step> _steps = world.Task.Steps.ToDictionary(step => step.Id);
    private readonly HashSet<string> _over = [];
    private readonly Dictionary<string, int> _attempts = [];
    private readonly Dictionary<string, int> _retries = [];
    private bool _isApproved;
    private bool _isSafeguarded;
    private string? _open;
    private string? _detail;

    public void Check()
    {
        foreach (var entry in world.Store.Timeline) Check(entry);
    }

    private void Check(TimelineEntry entry)
    {
        switch (entry.Type)
        {
            case TimelineTypes.Step:
                Check(entry, entry.Data!.Value.GetProperty("stepId").GetString()!, entry.Data!.Value.GetProperty("attempt").GetInt32());
                break;
            case TimelineTypes.Restored:
                _over.ExceptWith(entry.DataAs<RestoredData>().Pending);
                _over.UnionWith(entry.DataAs<RestoredData>().Over);
                (_isApproved, _isSafeguarded) = (false, true);
                break;
            case TimelineTypes.Checkpoint when entry.Trigger == "pre_risky":
            case TimelineTypes.Transition when entry is { To: TaskState.Checkpointing, Trigger: "pre_risky" }: // It may fail; that is told once only.
                _isSafeguarded = true;
                break;
            case TimelineTypes.Recovery:
                Recovered(entry.DataAs<RecoveryData>(), entry);
                break;
            case TimelineTypes.Transition:
                Moved(entry);
                break;
            case TimelineTypes.Operator when IsRevival(world, entry):
                Revive();
                break;
            case TimelineTypes.Operator when entry.Trigger == OperatorEvents.Approve:
            case TimelineTypes.Resumption when entry.Trigger == "timeout" && _detail == "approval":
                _isApproved = true;
                break;
        }
    }

    private void Moved(TimelineEntry entry)
    {
        if (_open is not null && entry.To is not (TaskState.Executing or TaskState.Planning or TaskState.Paused or TaskState.Resuming))
            world.Fail($"Step {_open} is not over, and entry {entry.Number} is a transition to {entry.To}.");
        if (entry.To == TaskState.Paused) _detail = entry.Data is { } data ? data.GetProperty("detail").GetString() : null;
    }

    private void Revive()
    {
        (_isApproved, _isSafeguarded, _open) = (false, false, null);
        _retries.Clear();
    }

    private void Check(TimelineEntry entry, string step, int attempt)
    {
        if (entry.Trigger != "step_started")
        {
            // One that was rejected never began.
            if (_open != step && _steps.GetValueOrDefault(step)?.Approval is null) world.Fail($"Step {step} ends at entry {entry.Number}, and had not begun.");
            _open = null;
            if (entry.Trigger is not ("step_completed" or "step_skipped")) return;
            if (step != Plan.PlanningStepId) _over.Add(step);
            (_isApproved, _isSafeguarded) = (false, false);
            return;
        }

        if (_open is { } other) world.Fail($"Step {step} begins at entry {entry.Number}, and {other} is not over.");
        if (_over.Contains(step)) world.Fail($"Step {step} begins at entry {entry.Number}, and is over.");
        if (attempt <= _attempts.GetValueOrDefault(step)) world.Fail($"Step {step} begins at entry {entry.Number} with attempt {attempt} again.");
        (_open, _attempts[step]) = (step, attempt);
        if (!_steps.TryGetValue(step, out var planned)) return;
        if (_steps.Keys.TakeWhile(id => id != step).FirstOrDefault(id => !_over.Contains(id)) is { } missing) world.Fail($"Step {step} begins at entry {entry.Number} before {missing}.");
        if (planned.Approval is not null && !_isApproved) world.Fail($"Step {step} begins at entry {entry.Number}, and nobody has approved it.");
        if (planned.Risky && !_isSafeguarded) world.Fail($"Step {step} is risky, and begins at entry {entry.Number} without a checkpoint.");
    }

    private void Recovered(RecoveryData decision, TimelineEntry entry)
    {
        if (decision.Action is not (RecoveryAction.Retry or RecoveryAction.Restore)) return;
        _retries[decision.StepId] = _retries.GetValueOrDefault(decision.StepId) + 1;

        // An agent that was told what is wrong with its plan begins anew.
        var most = decision.StepId == Plan.PlanningStepId ? 2 * RecoveryTable.MaxRetries : RecoveryTable.MaxRetries;
        if (_retries[decision.StepId] > most && !world.Store.Timeline.Any(other => other.Type == TimelineTypes.Restored))
            world.Fail($"Step {decision.StepId} is tried again for the {_retries[decision.StepId]}th time at entry {entry.Number}.");
    }

    /// <summary>Where a generation begins after the one before it was lost, or has failed.</summary>
    public static bool IsRevival(World world, TimelineEntry entry) =>
        entry is { Type: TimelineTypes.Operator, By: { } by } && world.Operators.Revivers.Contains(by);
}
