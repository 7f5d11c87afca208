using DurableAgentTasks.Activities.Emergency;
using DurableAgentTasks.Activities.Queue;
using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Activities.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DurableAgentTasks.Activities;

/// <summary>The activity bodies, as both hosts run them.</summary>
public static class ActivityServices
{
    /// <summary>
    /// The host registers <c>IBlobStore</c>, <c>ITaskClient</c>, <c>TaskAdmission</c>, <see cref="StepRuns"/> and logging, and its
    /// <c>QueueLimits</c> if they are not the usual ones.
    /// </summary>
    public static IServiceCollection AddTaskActivities(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Storage.Tasks.TaskSignals>();
        services.TryAddSingleton<Storage.Tasks.TaskStore>();
        services.TryAddSingleton(_ => new Storage.Queue.QueueLimits());
        services.TryAddSingleton<Storage.Queue.TaskQueue>();
        return services
            .AddSingleton<StorageRetry>()
            .AddSingleton<TaskRecords>()
            .AddSingleton<TaskPreparation>()
            .AddSingleton<TimelineRecording>()
            .AddSingleton<TaskTurns>()
            .AddSingleton<StepLogs>()
            .AddSingleton<RunningSteps>()
            .AddSingleton<StepRunner>()
            .AddSingleton<IRunningSteps, EmergencyStop>();
    }
}
