using Azure.Core.Serialization;
using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Functions.Durable;
using DurableAgentTasks.Hosting;
using DurableAgentTasks.Http.Readiness;
using DurableAgentTasks.Http.Streaming;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DurableAgentTasks.Functions.Hosting;

/// <summary>The cloud host: Durable Functions as the engine, the activities and the HTTP API as functions.</summary>
internal static class FunctionsComposition
{
    /// <summary>Azure cuts an answer off after 230 s: https://learn.microsoft.com/azure/azure-functions/functions-scale#timeout</summary>
    private static readonly TimeSpan LongestStream = TimeSpan.FromSeconds(200);

    /// <summary>Each look is a query of the storage.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    /// <exception cref="StartRefusedException">The configuration is wrong; the message says how to mend it.</exception>
    public static void AddServices(this FunctionsApplicationBuilder builder)
    {
        var services = builder.Services;
        var configuration = builder.Configuration;
        HostSettings.Check(configuration, "Storage", typeof(FunctionsStorageOptions));
        var options = HostSettings.Read(() => configuration.Get<FunctionsOptions>()) ?? new FunctionsOptions();
        var connection = options.Storage.ConnectionOr(configuration) ?? throw new StartRefusedException(
            "No storage is set: set AzureWebJobsStorage (a connection string, or AzureWebJobsStorage__accountName with an identity) or Storage__Connection.");
        var folder = DataFolder.Claim(Path.GetFullPath(options.Data));

        // A factory, so that it is disposed with the app.
        services.AddSingleton(_ => folder);
        services.AddSingleton(new StepHosting(AmongOthers: true));
        services.AddTaskHost(
            configuration, folder.Path, time => TaskHosting.OpenBlobs(connection, Path.Combine(folder.Path, "blobs"), options.Storage.Container, time));

        // Payloads have the same JSON as on the local host.
        services.Configure<WorkerOptions>(worker => worker.Serializer = new JsonObjectSerializer(TaskJson.Options));
        services.PostConfigure<StreamingOptions>(streaming =>
        {
            streaming.MaxDuration ??= LongestStream;
            streaming.LookEvery ??= LookEvery;
        });
        services.AddSingleton<DurableFunctionsTaskClient>();
        services.AddSingleton<ITaskClient>(provider => provider.GetRequiredService<DurableFunctionsTaskClient>());
        services.AddSingleton(provider => new ReadinessCheck("engine", async cancellationToken =>
        {
            await provider.GetRequiredService<ITaskClient>().GetAsync("readiness-probe", payloads: false, cancellationToken);
            return null;
        }));
        services.AddSingleton<ActivityBodies>();
        services.AddSingleton<TaskApiPipeline>();
        services.AddSingleton<FunctionsStartup>();
        services.AddHostedService<HostWatch>();
        services.AddHostedService<Watchdog>();
        services.AddHostedService<LeftoverSweep>();
        if (!string.IsNullOrEmpty(configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"]))
        {
            services.AddApplicationInsightsTelemetryWorkerService();
            services.ConfigureFunctionsApplicationInsights();
        }
    }
}
