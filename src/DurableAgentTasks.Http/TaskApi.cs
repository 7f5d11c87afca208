using DurableAgentTasks.Core.Resources;
using DurableAgentTasks.Http.Auth;
using DurableAgentTasks.Http.Checkpoints;
using DurableAgentTasks.Http.Dashboard;
using DurableAgentTasks.Http.Deletion;
using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Emergency;
using DurableAgentTasks.Http.Endpoints;
using DurableAgentTasks.Http.Management;
using DurableAgentTasks.Http.Operating;
using DurableAgentTasks.Http.Problems;
using DurableAgentTasks.Http.Readiness;
using DurableAgentTasks.Http.Requests;
using DurableAgentTasks.Http.Retention;
using DurableAgentTasks.Http.Starting;
using DurableAgentTasks.Http.Statistics;
using DurableAgentTasks.Http.Status;
using DurableAgentTasks.Http.Streaming;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Checkpoints;
using DurableAgentTasks.Storage.Queue;
using DurableAgentTasks.Storage.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DurableAgentTasks.Http;

/// <summary>The HTTP API as both hosts run it.</summary>
public static class TaskApi
{
    /// <summary>
    /// What the API is made of. The host registers <c>ITaskClient</c>, <see cref="IBlobStore"/>, <c>TaskAdmission</c>,
    /// <see cref="ITaskCleanup"/>, <see cref="IEmergencyStop"/> and <see cref="ICheckpointFiles"/>, and may register a <see cref="ReadinessCheck"/> and a <see cref="ToolCheck"/> for whatever
    /// it needs itself, its <see cref="QueueLimits"/>, <see cref="HostResources"/> and <see cref="IAgentInventory"/>.
    /// </summary>
    /// <param name="services">The host's.</param>
    /// <param name="configuration">Its section <c>Auth</c> holds the API keys (<see cref="AuthOptions"/>).</param>
    public static IServiceCollection AddTaskApi(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddRouting();
        services.AddOptions<AuthOptions>().Bind(configuration.GetSection(AuthOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AuthOptions>, AuthOptionsValidation>();
        services.AddSingleton<ApiKeys>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<TaskSignals>();
        services.TryAddSingleton<TaskStore>();
        services.TryAddSingleton<CheckpointStore>();
        services.TryAddSingleton(_ => new QueueLimits());
        services.TryAddSingleton<TaskQueue>();
        services.AddSingleton<TaskStarts>();
        services.AddSingleton<StartRequests>();
        services.AddSingleton<TaskStatusReader>();
        services.AddSingleton<LogCounters>();
        services.AddSingleton<LiveStatus>();
        services.AddSingleton<TaskList>();
        services.AddSingleton<TaskStatistics>();
        services.AddOptions<StreamingOptions>().Bind(configuration.GetSection(StreamingOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<StreamingOptions>, StreamingOptionsValidation>();
        services.AddSingleton<TaskEvents>();
        services.AddSingleton<OpenTasks>();
        services.AddSingleton<AllTasksEvents>();
        services.TryAddSingleton<CheckpointStore>();
        services.TryAddSingleton<ResultPatches>();
        services.AddSingleton<CheckpointLookup>();
        services.AddSingleton<EndedTasks>();
        services.AddSingleton<OperatorRules>();
        services.AddSingleton<OperatorCommands>();
        services.AddSingleton<OperatorRequests>();
        services.AddSingleton<TaskTails>();
        services.AddSingleton<TaskDeletes>();
        services.AddSingleton<AgentDeletes>();
        services.AddOptions<RetentionOptions>().Bind(configuration.GetSection(RetentionOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RetentionOptions>, RetentionOptionsValidation>();
        services.AddSingleton<ExpiredTasks>();
        services.AddManagementApi();
        services.AddSingleton<EmergencyStops>();
        services.AddSingleton(provider => new TaskReconciliation(
            provider.GetRequiredService<TaskStore>(), provider.GetRequiredService<TaskStarts>(),
            provider.GetRequiredService<TerminatedTasks>(), provider.GetRequiredService<LostTasks>(),
            provider.GetRequiredService<ExpiredTasks>(), provider.GetRequiredService<PurgedTasks>(),
            provider.GetRequiredService<ILogger<TaskReconciliation>>()));
        services.AddSingleton(provider => ReadinessChecks.Storage(provider.GetRequiredService<IBlobStore>()));
        services.AddSingleton<ReadinessChecks>();
        services.TryAddSingleton<IAgentInventory, NoAgents>();
        services.AddTaskApiDocument();

        // The framework's own request lines carry the query, in which somebody may have put a key; ours do not.
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning));
        return services;
    }

    /// <summary>
    /// The whole pipeline: request log, problems, the guard of a host without keys, access, unknown parameters, and the endpoints. It needs no Kestrel:
    /// a host with a server of its own builds a <c>RequestDelegate</c> of it.
    /// </summary>
    /// <param name="app">The host's.</param>
    /// <param name="others">Maps what the host adds, beneath the same guards.</param>
    public static IApplicationBuilder UseTaskApi(this IApplicationBuilder app, Action<IEndpointRouteBuilder>? others = null)
    {
        app.UseMiddleware<RequestLogMiddleware>();
        app.UseMiddleware<ProblemMiddleware>();
        app.UseMiddleware<LoopbackMiddleware>();
        app.UseRouting();
        app.UseMiddleware<AccessMiddleware>();
        app.UseMiddleware<KnownParametersMiddleware>();
        app.UseEndpoints(endpoints =>
        {
            endpoints.MapTaskApi();
            others?.Invoke(endpoints);
        });
        return app;
    }

    /// <summary>The endpoint table.</summary>
    public static IEndpointRouteBuilder MapTaskApi(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/api/tasks", StartTask.HandleAsync).For(AccessRole.Operator).Describe(StartTask.Describe);
        endpoints.MapRead("/api/tasks", ListTasks.HandleAsync).For(AccessRole.Reader).Describe(ListTasks.Describe);
        endpoints.MapRead($"/api/tasks/{ListTasks.RunningName}", ListTasks.HandleRunningAsync).For(AccessRole.Reader).Describe(ListTasks.DescribeRunning);
        endpoints.MapRead("/api/tasks/{id}", ShowTask.HandleAsync).For(AccessRole.Reader).Describe(ShowTask.Describe);
        endpoints.MapRead("/api/tasks/{id}/alive", ShowAlive.HandleAsync).For(AccessRole.Reader).Describe(ShowAlive.Describe);
        endpoints.MapRead("/api/tasks/{id}/timeline", ShowTimeline.HandleAsync).For(AccessRole.Reader).Describe(ShowTimeline.Describe);
        endpoints.MapRead("/api/tasks/{id}/logs", ShowLogs.HandleAsync).For(AccessRole.Reader).Describe(ShowLogs.Describe);
        endpoints.MapRead("/api/tasks/{id}/logs/raw", ShowRawLog.HandleAsync).For(AccessRole.Reader).Describe(ShowRawLog.Describe);
        endpoints.MapRead("/api/tasks/{id}/events", StreamTask.HandleAsync).For(AccessRole.Reader).Describe(StreamTask.Describe);
        endpoints.MapRead("/api/events", StreamAllTasks.Handle).For(AccessRole.Reader).Describe(StreamAllTasks.Describe);
        endpoints.MapRead("/api/stats", ShowStats.HandleAsync).For(AccessRole.Reader).Describe(ShowStats.Describe);
        OperateTask.Map(endpoints);
        endpoints.MapRead("/api/tasks/{id}/checkpoints", ListCheckpoints.HandleAsync).For(AccessRole.Reader).Describe(ListCheckpoints.Describe);
        endpoints.MapRead("/api/tasks/{id}/checkpoints/{cid}", ShowCheckpoint.HandleAsync).For(AccessRole.Reader).Describe(ShowCheckpoint.Describe);
        endpoints.MapRead("/api/tasks/{id}/checkpoints/{cid}/diff", ShowDiff.HandleAsync).For(AccessRole.Reader).Describe(ShowDiff.Describe);
        endpoints.MapRead("/api/tasks/{id}/checkpoints/{cid}/bundle", ShowBundle.HandleAsync).For(AccessRole.Reader).Describe(ShowBundle.Describe);
        endpoints.MapRead("/api/tasks/{id}/result.patch", ShowPatch.HandleAsync).For(AccessRole.Reader).Describe(ShowPatch.Describe);
        endpoints.MapPost("/api/emergency-stop", StopEverything.HandleAsync).For(AccessRole.Operator).Describe(StopEverything.Describe);
        endpoints.MapDelete("/api/tasks/{id}", DeleteTask.HandleAsync).For(AccessRole.Admin).Describe(DeleteTask.Describe);
        endpoints.MapDelete("/api/agents/{agentId}/tasks", DeleteAgentTasks.HandleAsync).For(AccessRole.Admin).Describe(DeleteAgentTasks.Describe);
        endpoints.MapManagementApi();
        endpoints.MapRead("/", ShowDashboard.HandlePage).ForAnybody().Describe(ShowDashboard.DescribePage);
        endpoints.MapRead("/dashboard/{file}", ShowDashboard.HandleFile).ForAnybody().Describe(ShowDashboard.DescribeFile);
        endpoints.MapRead("/healthz", Health.Alive).ForAnybody().Describe(Health.DescribeAlive);
        endpoints.MapRead("/readyz", Health.ReadyAsync).For(AccessRole.Reader).Describe(Health.DescribeReady);
        endpoints.MapRead("/openapi.json", TaskApiDocument.HandleAsync).For(AccessRole.Reader).Describe(TaskApiDocument.Describe);
        return endpoints;
    }

    /// <summary>GET, and HEAD with it.</summary>
    private static RouteHandlerBuilder MapRead(this IEndpointRouteBuilder endpoints, string pattern, Delegate handler) =>
        endpoints.MapMethods(pattern, ["GET", "HEAD"], handler);
}
