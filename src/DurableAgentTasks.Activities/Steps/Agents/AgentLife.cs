using System.Text.Json;
using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Core.Json;

namespace DurableAgentTasks.Activities.Steps.Agents;

/// <summary>What an agent was asked for in one life of an attempt: written to the run's folder before the agent starts.</summary>
internal sealed record AgentLife
{
    /// <summary>The session it was told to work in.</summary>
    public string? SessionId { get; init; }

    /// <summary>Whether that session was there before.</summary>
    public bool Resume { get; init; }

    /// <summary>Whether work was done in that session before.</summary>
    public bool SessionHasWorked { get; init; }

    /// <summary>The last usage report of that session before.</summary>
    public AgentUsage SessionUsage { get; init; } = AgentUsage.None;

    /// <summary>Of the CLI.</summary>
    public string? Version { get; init; }

    public AgentRequest ToRequest(string prompt) => new() { Prompt = prompt, SessionId = SessionId, Resume = Resume, SessionUsage = SessionUsage };

    public void Write(StepRunFolder life)
    {
        Directory.CreateDirectory(life.Folder.Path);
        File.WriteAllBytes(PathIn(life), JsonSerializer.SerializeToUtf8Bytes(this, TaskJson.Options));
    }

    /// <summary>An agent is started after its life is written, so one that cannot be read never ran.</summary>
    public static AgentLife Read(StepRunFolder life)
    {
        try
        {
            return JsonSerializer.Deserialize<AgentLife>(File.ReadAllBytes(PathIn(life)), TaskJson.Options) ?? new AgentLife();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return new AgentLife();
        }
    }

    private static string PathIn(StepRunFolder life) => Path.Combine(life.Folder.Path, "agent.json");
}
