using DurableAgentTasks.Activities.Checkpoints;
using DurableAgentTasks.Activities.Secrets;
using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Core.Timeouts;
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
        var section = configuration.GetSection("Timeouts");
        var timeouts = Read(() =>
        {
            var options = TimeoutOptions.For(section.GetValue(nameof(TimeoutOptions.Preset), TimeoutPreset.Standard));
            section.Bind(options);
            return options;
        });
        var agents = Read(() => configuration.GetSection("Agents").Get<AgentOptions>()) ?? new AgentOptions();
        var catalog = AgentCatalog.Create(agents);
        var checkpoints = Read(() => configuration.GetSection("Checkpoints").Get<CheckpointOptions>()) ?? new CheckpointOptions();
        var workspaces = Read(() => configuration.GetSection("Workspaces").Get<WorkspaceOptions>()) ?? new WorkspaceOptions();
        (workspaces.MaxFileBytes, workspaces.MaxNewBytes, workspaces.MaxListedFiles) = (checkpoints.MaxFileBytes, checkpoints.MaxNewBytes, checkpoints.MaxListedFiles);
        string[] errors =
        [
            .. timeouts.Validate(), .. catalog.Errors, .. new SecretValues(configuration).Validate(), .. checkpoints.Validate(),
            .. checkpoints.Validate().Count == 0 ? workspaces.Validate() : [],
        ];
        return errors.Length == 0
            ? new HostSettings(timeouts, agents, catalog.Catalog!, checkpoints, workspaces)
            : throw new StartRefusedException(string.Join(Environment.NewLine, errors));
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
