using DurableAgentTasks.Activities.Checkpoints;
using DurableAgentTasks.Activities.Secrets;
using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Core.Timeouts;
using DurableAgentTasks.Http.Auth;
using DurableAgentTasks.Http.Retention;
using DurableAgentTasks.Http.Streaming;
using DurableAgentTasks.Storage.Queue;
using DurableAgentTasks.Workspaces;
using Microsoft.Extensions.Configuration;

namespace DurableAgentTasks.Hosting;

/// <summary>What an operator configures of either host: limits of time, agents, secrets, checkpoints and work trees.</summary>
public sealed record HostSettings(
    TimeoutOptions Timeouts, AgentOptions Agents, AgentCatalog Catalog, CheckpointOptions Checkpoints, WorkspaceOptions Workspaces)
{
    internal QueueLimits Queue => new()
    {
        MaxConcurrentTasks = Agents.MaxConcurrentTasks,
        MaxQueuedTasks = Agents.MaxQueuedTasks,
        PerAgent = Catalog.Agents.Where(agent => agent.MaxConcurrentTasks is not null).ToDictionary(agent => agent.Name, agent => agent.MaxConcurrentTasks!.Value),
    };

    /// <exception cref="StartRefusedException">All that is wrong with the settings is said at once.</exception>
    public static HostSettings Of(IConfiguration configuration)
    {
        DurationSetting.Register();
        List<string> faults =
        [
            .. SettingFaults.In(configuration.GetSection(AuthOptions.Section), typeof(AuthOptions)),
            .. SettingFaults.In(configuration.GetSection(StreamingOptions.Section), typeof(StreamingOptions)),
            .. SettingFaults.In(configuration.GetSection(RetentionOptions.Section), typeof(RetentionOptions)),
        ];
        var timeouts = Section(configuration, "Timeouts", TimeoutsOf, faults);
        var agents = Section(configuration, "Agents", section => section.Get<AgentOptions>(), faults);
        var catalog = AgentCatalog.Create(agents);
        var checkpoints = Section(configuration, "Checkpoints", section => section.Get<CheckpointOptions>(), faults);
        var workspaces = Section(configuration, "Workspaces", section => section.Get<WorkspaceOptions>(), faults);
        (workspaces.MaxFileBytes, workspaces.MaxNewBytes, workspaces.MaxListedFiles) = (checkpoints.MaxFileBytes, checkpoints.MaxNewBytes, checkpoints.MaxListedFiles);
        string[] errors =
        [
            .. faults, .. timeouts.Validate(), .. catalog.Errors, .. new SecretValues(configuration).Validate(), .. checkpoints.Validate(),
            .. checkpoints.Validate().Count == 0 ? workspaces.Validate() : [],
        ];
        return errors.Length == 0
            ? new HostSettings(timeouts, agents, catalog.Catalog!, checkpoints, workspaces)
            : throw new StartRefusedException(string.Join(Environment.NewLine, errors));
    }

    /// <exception cref="StartRefusedException">The section has what the options have not.</exception>
    public static void Check(IConfiguration configuration, string section, Type options)
    {
        var faults = SettingFaults.In(configuration.GetSection(section), options).ToList();
        if (faults.Count > 0) throw new StartRefusedException(string.Join(Environment.NewLine, faults));
    }

    /// <summary>A section that cannot be bound is judged no further, so that what is wrong with the others is said with it.</summary>
    private static T Section<T>(IConfiguration configuration, string name, Func<IConfigurationSection, T?> bind, List<string> faults)
        where T : class, new()
    {
        var section = configuration.GetSection(name);
        var found = SettingFaults.In(section, typeof(T)).ToList();
        faults.AddRange(found);
        return found.Count == 0 ? Read(() => bind(section)) ?? new T() : new T();
    }

    private static TimeoutOptions TimeoutsOf(IConfigurationSection section)
    {
        var options = TimeoutOptions.For(section.GetValue(nameof(TimeoutOptions.Preset), TimeoutPreset.Standard));
        section.Bind(options);
        return options;
    }

    /// <summary>Reads settings; the binder names the one that does not fit, and its value.</summary>
    /// <exception cref="StartRefusedException">One does not fit.</exception>
    public static T Read<T>(Func<T> settings)
    {
        try
        {
            return settings();
        }
        catch (InvalidOperationException error)
        {
            throw new StartRefusedException(error.Message);
        }
    }
}
