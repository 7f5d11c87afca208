using DurableAgentTasks.Activities;
using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Resources;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http;
using DurableAgentTasks.Http.Checkpoints;
using DurableAgentTasks.Http.Deletion;
using DurableAgentTasks.Http.Emergency;
using DurableAgentTasks.Http.Readiness;
using DurableAgentTasks.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DurableAgentTasks.Hosting;

/// <summary>What both hosts are made of.</summary>
public static class TaskHosting
{
    /// <summary>The activities and the HTTP API. The host adds the engine as <see cref="ITaskClient"/>, and says where it listens.</summary>
    /// <param name="services">The host's.</param>
    /// <param name="configuration">The host's.</param>
    /// <param name="dataFolder">Where the host keeps what runs here, its own alone.</param>
    /// <param name="openBlobs">Opens the storage when it is first needed.</param>
    /// <exception cref="StartRefusedException">The configuration is wrong; the message says how to mend it.</exception>
    public static IServiceCollection AddTaskHost(
        this IServiceCollection services, IConfiguration configuration, string dataFolder, Func<TimeProvider, IBlobStore> openBlobs)
    {
        var settings = HostSettings.Of(configuration);
        settings.Workspaces.HostFolder = Path.GetFullPath(dataFolder);
        return services
            .AddSingleton(TimeProvider.System)
            .AddSingleton(provider => openBlobs(provider.GetRequiredService<TimeProvider>()))
            .AddSingleton(_ => new StepRuns(dataFolder))
            .AddSingleton(settings.Agents)
            .AddSingleton(settings.Catalog)
            .AddSingleton(settings.Queue)
            .AddSingleton(settings.Checkpoints)
            .AddSingleton(settings.Workspaces)
            .AddSingleton(provider => new TaskAdmission(
                new TaskRequestRules { Agents = settings.Catalog.Names, Timeouts = settings.Timeouts }, provider.GetRequiredService<TaskChecks>().Of))
            .AddTaskActivities()
            .AddTaskApi(configuration)
            .AddTraces(configuration)
            .AddSingleton<IAgentInventory, HostAgents>()
            .AddSingleton(HostTools.Shell)
            .AddSingleton(HostTools.Git(settings.Workspaces))
            .AddSingleton<ITaskCleanup, HostCleanup>()
            .AddSingleton<IEmergencyStop, HostEmergencyStop>()
            .AddSingleton<ICheckpointFiles, HostCheckpointFiles>()
            .AddSingleton(_ => new HostResources(dataFolder));
    }

    /// <exception cref="StartRefusedException">The setting <c>Storage:Connection</c> is wrong.</exception>
    public static IBlobStore OpenBlobs(string connection, string folder, string container, TimeProvider time)
    {
        try
        {
            return BlobStores.Open(connection, folder, container, time);
        }
        catch (ArgumentException error)
        {
            throw new StartRefusedException($"Storage:Connection: {error.Message}");
        }
    }
}
