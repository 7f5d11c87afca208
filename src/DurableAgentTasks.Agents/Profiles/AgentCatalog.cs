using System.Diagnostics.CodeAnalysis;
using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Agents.Profiles;

/// <summary>The agents of this host: those the operator has configured, and the built-in <c>shell</c>.</summary>
public sealed class AgentCatalog
{
    private readonly Dictionary<string, ConfiguredAgent> _byName;

    private AgentCatalog(IEnumerable<ConfiguredAgent> agents)
    {
        _byName = agents.ToDictionary(agent => agent.Name, StringComparer.Ordinal);
        Names = [TaskRequest.ShellAgent, .. _byName.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>Those that are configured.</summary>
    public IReadOnlyCollection<ConfiguredAgent> Agents => _byName.Values;

    /// <summary>What a request may name: every configured agent, and <c>shell</c>.</summary>
    public IReadOnlyCollection<string> Names { get; }

    /// <summary>The catalog, or everything that is wrong with the options.</summary>
    public static AgentCatalogReading Create(AgentOptions options)
    {
        var errors = AgentOptionsCheck.Errors(options);
        return errors.Count > 0
            ? new AgentCatalogReading(null, errors)
            : new AgentCatalogReading(new AgentCatalog(options.Profiles.Select(profile => ToAgent(profile.Key, profile.Value))), []);
    }

    /// <summary>A configured agent; <see langword="null"/> for a name that is unknown, and for <c>shell</c>, which is no agent's CLI.</summary>
    public ConfiguredAgent? Find(string name) => _byName.GetValueOrDefault(name);

    private static ConfiguredAgent ToAgent(string name, AgentProfileOptions options)
    {
        var adapter = AgentProfiles.ByName[options.Adapter ?? name];
        var profile = ReferenceEquals(adapter, AgentProfiles.Generic) ? Describe(options) : adapter;
        return new ConfiguredAgent
        {
            Name = name,
            Profile = profile with { Name = name, Command = options.Command ?? profile.Command },
            Arguments = options.Args,
            Environment = options.Environment,
            Model = options.Model,
            MaxConcurrentTasks = options.MaxConcurrentTasks,
        };
    }

    private static AgentProfile Describe(AgentProfileOptions options) => AgentProfiles.Generic with
    {
        FreshArguments = options.FreshArgs.Count > 0 ? options.FreshArgs : AgentProfiles.Generic.FreshArguments,
        ResumeArguments = options.ResumeArgs.Count > 0 ? options.ResumeArgs : null,
        PromptFromInput = options.PromptFromInput,
        SessionId = options.SessionId,
        Events = [.. options.Events.Select(rule => rule.ToRule())],
        PlainLines = options.PlainLines ?? AgentProfiles.Generic.PlainLines,
        ExitCodes = options.ExitCodes,
        TokenScope = options.TokenScope ?? UsageScope.Run,
        CostScope = options.CostScope ?? UsageScope.Run,
        Interrupt = options.Interrupt ?? PoliteSignal.Interrupt,
    };
}

/// <summary>A catalog, or everything that is wrong with its options.</summary>
/// <param name="Catalog"><see langword="null"/> if there are errors.</param>
/// <param name="Errors">Each names the key of the configuration and says how to mend it. Empty if there is a catalog.</param>
public sealed record AgentCatalogReading(AgentCatalog? Catalog, IReadOnlyList<string> Errors)
{
    [MemberNotNullWhen(true, nameof(Catalog))]
    public bool IsValid => Catalog is not null;
}
