using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Activities.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DurableAgentTasks.Activities;

/// <summary>The activity bodies, as both hosts run them.</summary>
public static class ActivityServices
{
    /// <summary>The host registers <c>IBlobStore</c>, <c>TaskAdmission</c>, <see cref="StepRuns"/> and logging.</summary>
    public static IServiceCollection AddTaskActivities(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Storage.Tasks.TaskSignals>();
        services.TryAddSingleton<Storage.Tasks.TaskStore>();
        return services
            .AddSingleton<StorageRetry>()
            .AddSingleton<TaskRecords>()
            .AddSingleton<TaskPreparation>()
            .AddSingleton<TimelineRecording>()
            .AddSingleton<StepLogs>()
            .AddSingleton<RunningSteps>()
            .AddSingleton<StepRunner>();
    }
}
