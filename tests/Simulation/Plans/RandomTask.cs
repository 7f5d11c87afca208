using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Simulation.Runs;
using DurableAgentTasks.Simulation.Scheduling;
using DurableAgentTasks.Simulation.Worlds;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Simulation.Plans;

/// <summary>A task that a seed makes up: its plan and limits, and how hard the world is on it.</summary>
internal sealed class RandomTask
{
    private readonly Dice _dice;
    private readonly Plan _plan;
    private readonly Dictionary<int, AcceptedPlan> _accepted = [];
    private readonly Dictionary<string, StepKind> _kinds;

    public RandomTask(Dice dice, Coverage coverage)
    {
        _dice = dice;
        _plan = RandomPlan.Of(dice);
        IsInvalid = dice.Chance(0.005);
        GivenPlan = dice.Chance(0.75) ? _plan : null;
        CrashRate = dice.Pick(0, 0.5, 0.9);
        FailureRate = dice.Chance(0.1) ? 0.01 : 0;
        Presses = dice.Pick(0, 5, 15, 40);
        PressEvery = dice.Between(TimeSpan.FromSeconds(10), TimeSpan.FromHours(1));
        TimersAreEarly = dice.Chance(0.2);
        SegmentBytes = dice.Pick(16, 64, 256) * 1024;
        _kinds = _plan.Steps.ToDictionary(step => step.Id, step => step.Kind);
        Outline = OutlineOf(GivenPlan) with
        {
            TaskTimeout = dice.Chance(0.3) ? null : dice.Between(TimeSpan.FromMinutes(10), TimeSpan.FromHours(12)),
            PlanTimeout = dice.Chance(0.3) ? null : dice.Between(TimeSpan.FromMinutes(1), TimeSpan.FromHours(2)),
            PhaseTimeout = dice.Chance(0.6) ? null : dice.Between(TimeSpan.FromMinutes(10), TimeSpan.FromHours(4)),
            LongestTask = dice.Chance(0.7) ? null : TimeSpan.FromHours(16),
            LongestPhase = dice.Chance(0.7) ? null : TimeSpan.FromHours(6),
            CheckpointInterval = dice.Chance(0.2) ? null : dice.Between(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(30)),
            Delivers = dice.Chance(0.3),
            BeginsAt = dice.Chance(0.03) ? SimulatedCheckpoints.OfAnother : null,
        };
        coverage.Count(GivenPlan is null ? "plan: made by the agent" : "plan: given");
    }

    /// <summary>Whether its start is refused.</summary>
    public bool IsInvalid { get; }

    public Plan? GivenPlan { get; }

    public TaskOutline Outline { get; }

    public TaskRequest Request { get; } = new() { Agent = "shell", Workspace = new WorkspaceRequest { Path = "/" } };

    /// <summary>How likely a life of the host ends in a crash.</summary>
    public double CrashRate { get; }

    /// <summary>How likely an activity fails as none should.</summary>
    public double FailureRate { get; }

    /// <summary>How often operators press something.</summary>
    public int Presses { get; }

    /// <summary>How long that is apart, about.</summary>
    public TimeSpan PressEvery { get; }

    /// <summary>Whether timers fire a second early, as those of Durable Functions may.</summary>
    public bool TimersAreEarly { get; }

    public int SegmentBytes { get; }

    public IReadOnlyList<Phase> Phases => _plan.Phases;

    public IEnumerable<Step> Steps => _plan.Steps;

    public StepKind KindOf(string stepId) => _kinds.GetValueOrDefault(stepId, StepKind.Agent);

    /// <summary>What comes of a planning attempt; asked again the same.</summary>
    public AcceptedPlan Accept(AcceptPlan input)
    {
        if (_accepted.TryGetValue(input.Attempt, out var before) && (before.Plan is not null || !input.Fallback)) return before;
        RequestError[] errors = _dice.Chance(0.4) ? [new RequestError("phases", "is missing.")] : [];
        return _accepted[input.Attempt] = errors.Length > 0 && !input.Fallback ? new(null, null, errors) : new(_plan, OutlineOf(_plan), errors);
    }

    /// <param name="plan"><see langword="null"/> if there is none yet.</param>
    public TaskOutline OutlineOf(Plan? plan)
    {
        IEnumerable<PhaseOutline> phases = plan?.Phases.Select(phase => new PhaseOutline(phase.Title, [.. phase.Steps.Select(Of)])) ?? [];
        return Outline is { } outline ? outline with { Phases = [.. phases] } : new TaskOutline("shell", "agent-7", [.. phases], null);
    }

    private static StepOutline Of(Step step) => new(step.Id, step.Timeout, step.Critical, step.Retry)
    {
        Kind = step.Kind,
        Title = step.Title,
        Risky = step.Risky,
        Milestone = step.Milestone,
        Approval = step.Approval,
    };
}
