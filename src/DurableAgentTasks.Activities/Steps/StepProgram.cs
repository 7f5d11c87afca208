using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>What a step runs: a command or an agent.</summary>
internal abstract class StepProgram
{
    /// <summary>Whether it is to give a sign of life soon after its start.</summary>
    public virtual bool AwaitsFirstEvent => false;

    /// <summary>Reads a life, past or present.</summary>
    public abstract StepReading Read(StepRunFolder life);

    /// <summary>What the next life runs.</summary>
    /// <param name="life">Its folder, which is its own.</param>
    /// <param name="earlier">The lives before, read to their end.</param>
    /// <param name="cancellationToken">The host stops.</param>
    public abstract Task<ProgramStart> PrepareAsync(StepRunFolder life, IReadOnlyList<StepReading> earlier, CancellationToken cancellationToken);

    /// <summary>What people are told when an attempt begins another life.</summary>
    public virtual string AgainText(string stepId, IReadOnlyList<StepReading> earlier) => $"Step {stepId} was interrupted with its host and runs again.";

    /// <summary>What an agent reported over the lives of an attempt.</summary>
    public virtual AgentReport? Report(IReadOnlyList<StepReading> lives) => null;

    /// <summary>Stores what is to be kept of a life that succeeded.</summary>
    public virtual Task KeepAsync(StepReading life, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Whether a program can be started.</summary>
internal abstract record ProgramStart
{
    private ProgramStart()
    {
    }

    public sealed record Ready(ProcessSpec Spec) : ProgramStart;

    public sealed record Refused(StepOutcome Outcome) : ProgramStart;
}
