using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>The lives of an attempt in this process and before, oldest first, as far as they were read.</summary>
internal sealed class StepLives(StepProgram program)
{
    // Never changed, only replaced: a slice that is over asks for the report while the attempt goes on.
    private volatile IReadOnlyList<StepReading> _all = [];

    public int Count => _all.Count;

    public IReadOnlyList<StepReading> All => _all;

    /// <summary>What the agent reported over all lives.</summary>
    public AgentReport? Report => program.Report(_all);

    public StepReading Add(StepRunFolder life)
    {
        var reading = program.Read(life);
        _all = [.. _all, reading];
        return reading;
    }

    /// <summary>The outcome of a last life that ended by itself; <see langword="null"/> if there is none.</summary>
    public StepOutcome? OwnEnd() =>
        _all is [.., var last] && last.Life.OwnExitCode() is { } code ? With(last.Ended(code)) : null;

    public StepOutcome With(StepOutcome outcome) => outcome with { Agent = Report };
}
