using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>The lives of an attempt in this process and before, oldest first, as far as they were read.</summary>
internal sealed class StepLives(StepProgram program)
{
    private readonly List<StepReading> _all = [];

    public int Count => _all.Count;

    public IReadOnlyList<StepReading> All => _all;

    /// <summary>What the agent reported over all lives.</summary>
    public AgentReport? Report => program.Report([.. _all]);

    public StepReading Add(StepRunFolder life)
    {
        var reading = program.Read(life);
        _all.Add(reading);
        return reading;
    }

    /// <summary>The outcome of a last life that ended by itself; <see langword="null"/> if there is none.</summary>
    public StepOutcome? OwnEnd() =>
        _all.Count > 0 && _all[^1].Life.OwnExitCode() is { } code ? With(_all[^1].Ended(code)) : null;

    public StepOutcome With(StepOutcome outcome) => outcome with { Agent = Report };
}
