using System.Text.Json.Serialization;
using DurableAgentTasks.Core.Plans;

namespace DurableAgentTasks.Core.Progress;

/// <summary>How long steps took, by agent and kind; the agents that were used last come first.</summary>
public sealed record PaceHistory(IReadOnlyList<AgentPace> Agents)
{
    /// <summary>Agents that are remembered; those unused for longest are forgotten.</summary>
    public const int MaxAgents = 50;

    /// <summary>What is older than about so many steps of a kind is forgotten: agents and machines change.</summary>
    private const double Memory = 50;

    public static PaceHistory Empty { get; } = new([]);

    /// <summary>Whether nothing is missing in it: JSON can say <c>null</c> anywhere.</summary>
    [JsonIgnore]
    public bool IsWhole => Agents?.All(agent => agent is { Agent: not null, Kinds: not null } && agent.Kinds.All(pace => pace is { Durations: not null })) == true;

    /// <summary>Of one agent; empty if none is known.</summary>
    public IReadOnlyList<KindPace> Of(string agent) => [.. Agents.FirstOrDefault(known => known.Agent == agent)?.Kinds.Where(IsSound) ?? []];

    public PaceHistory Add(string agent, StepKind kind, TimeSpan duration)
    {
        var kinds = Of(agent);
        var before = kinds.FirstOrDefault(pace => pace.Kind == kind)?.Durations ?? DurationStatistics.None;
        KindPace after = new(kind, before.AtMost(Memory - 1).Add(duration));
        var others = Agents.Where(known => known.Agent != agent).Take(MaxAgents - 1);
        return new([new(agent, [.. kinds.Where(pace => pace.Kind != kind), after]), .. others]);
    }

    /// <summary>What is stored may have been edited or damaged; no forecast is worth a failure.</summary>
    private static bool IsSound(KindPace pace) =>
        Enum.IsDefined(pace.Kind) && pace.Durations is { Count: >= 1, Squares: >= 0, MeanLog: > -100 and < 100 };
}

/// <param name="Agent">The profile.</param>
/// <param name="Kinds">Of its steps, each once.</param>
public sealed record AgentPace(string Agent, IReadOnlyList<KindPace> Kinds);
