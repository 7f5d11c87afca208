using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Activities.Steps.Agents;

/// <summary>What an agent is asked to do in one attempt of a step.</summary>
internal sealed record AgentWork
{
    public required ConfiguredAgent Agent { get; init; }

    public required string Prompt { get; init; }

    /// <summary>For a session that was broken off while it worked on <see cref="Prompt"/>.</summary>
    public required string ContinuePrompt { get; init; }

    /// <summary>The session it was handed over.</summary>
    public AgentSession? Session { get; init; }

    /// <summary>Whether <see cref="Session"/> has not been given <see cref="Prompt"/> yet.</summary>
    public bool PromptIsNew { get; init; }

    public required string WorkingDirectory { get; init; }

    public required IReadOnlyDictionary<string, string?> Environment { get; init; }

    public required Func<StepRunFolder, RunTag> TagOf { get; init; }

    /// <summary>Takes the secrets out of a text.</summary>
    public required Func<string, string> Masked { get; init; }

    /// <summary>What becomes of the agent's last words.</summary>
    public Func<string, CancellationToken, Task>? Keep { get; init; }
}
