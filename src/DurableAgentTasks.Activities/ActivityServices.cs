using DurableAgentTasks.Activities.Checkpoints;
using DurableAgentTasks.Activities.Delivery;
using DurableAgentTasks.Activities.Emergency;
using DurableAgentTasks.Activities.Planning;
using DurableAgentTasks.Activities.Queue;
using DurableAgentTasks.Activities.Secrets;
using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Activities.Workspaces;
using DurableAgentTasks.Agents.Discovery;
using DurableAgentTasks.Core.Resources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DurableAgentTasks.Activities;

/// <summary>The activity bodies, as both hosts run them.</summary>
public static class ActivityServices
{
    /// <summary>
    /// The host registers <c>IBlobStore</c>, <c>ITaskClient</c>, <c>TaskAdmission</c>, <c>AgentOptions</c>, <c>AgentCatalog</c>,
    /// <see cref="StepRuns"/>, its configuration and logging; its <c>QueueLimits</c>, <see cref="CheckpointOptions"/> and
    /// <c>WorkspaceOptions</c> if they are not the usual ones, and <see cref="StepHosting"/> if it is one of several.
    /// </summary>
    public static IServiceCollection AddTaskActivities(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Storage.Tasks.TaskSignals>();
        services.TryAddSingleton<Storage.Tasks.TaskStore>();
        services.TryAddSingleton<Storage.Steps.StepControls>();
        services.TryAddSingleton<Storage.Steps.StepClaims>();
        services.TryAddSingleton(InstallPlaces.Current);
        services.TryAddSingleton(_ => new Storage.Queue.QueueLimits());
        services.TryAddSingleton<Storage.Queue.TaskQueue>();
        services.TryAddSingleton<CheckpointOptions>();
        services.TryAddSingleton(new StepHosting(AmongOthers: false));
        services.TryAddSingleton<DurableAgentTasks.Workspaces.WorkspaceOptions>();
        services.TryAddSingleton<Storage.Tasks.ResultPatches>();
        services.TryAddSingleton<Storage.Checkpoints.CheckpointStore>();
        services.TryAddSingleton<Storage.Checkpoints.TranscriptStore>();
        services.TryAddSingleton<Storage.Checkpoints.TreeHolders>();
        return services
            .AddSingleton<SecretValues>()
            .AddSingleton(provider => new AgentDiscovery(
                provider.GetRequiredService<StepRuns>().DataFolder, provider.GetRequiredService<InstallPlaces>(),
                provider.GetRequiredService<TimeProvider>()))
            .AddSingleton(provider => new ResourceAlerts(
                new HostResources(provider.GetRequiredService<StepRuns>().DataPath).Sample, provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<StorageRetry>()
            .AddSingleton<Storage.Tasks.StepDurations>()
            .AddSingleton<TaskRecords>()
            .AddSingleton<StepLearning>()
            .AddSingleton<TaskChecks>()
            .AddSingleton<TaskOutlines>()
            .AddSingleton<TaskPreparation>()
            .AddSingleton<PlanTexts>()
            .AddSingleton<PlanAcceptance>()
            .AddSingleton<TimelineRecording>()
            .AddSingleton<SuspensionReading>()
            .AddSingleton<TaskTurns>()
            .AddSingleton<TaskWorkspaces>()
            .AddSingleton<TreeArrival>()
            .AddSingleton<TreeSetup>()
            .AddSingleton<WorkspaceCleanUp>()
            .AddSingleton<LeftoverTrees>()
            .AddSingleton<SessionTranscripts>()
            .AddSingleton<CheckpointSearch>()
            .AddSingleton<TreeRestoring>()
            .AddSingleton<ScratchFolder>()
            .AddSingleton<CheckpointFiles>()
            .AddSingleton<CheckpointTaking>()
            .AddSingleton<CheckpointRestoring>()
            .AddSingleton<TaskDelivery>()
            .AddSingleton<TaskRevival>()
            .AddSingleton<StepLogs>()
            .AddSingleton<RunningSteps>()
            .AddSingleton<StepPrograms>()
            .AddSingleton<StepWatches>()
            .AddSingleton<TaskTraces>()
            .AddSingleton<StepAttempts>()
            .AddSingleton<StepHolds>()
            .AddSingleton<StepLeases>()
            .AddSingleton<StepTakeover>()
            .AddSingleton<StepRunner>()
            .AddSingleton<StepPulses>()
            .AddSingleton<IRunningSteps, EmergencyStop>();
    }
}
