using DurableAgentTasks.Activities;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Engine;
using DurableAgentTasks.Hosting;
using DurableAgentTasks.Http;
using DurableAgentTasks.Http.Management;
using DurableAgentTasks.Http.Readiness;
using DurableAgentTasks.Workflow.RunTask;
using Microsoft.Extensions.Options;

namespace DurableAgentTasks.Local;

/// <summary>The one-machine host: the embedded engine, the activities and the HTTP API in one process.</summary>
internal static class LocalHost
{
    private const string DefaultUrl = "http://127.0.0.1:7071";

    private static readonly Dictionary<string, string> Switches = new() { ["--data"] = "Data", ["--urls"] = "Urls" };

    /// <exception cref="StartRefusedException">The configuration is wrong; the message says how to mend it.</exception>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddCommandLine(args, Switches);
        if (string.IsNullOrEmpty(builder.Configuration["Urls"])) builder.WebHost.UseUrls(DefaultUrl);
        else builder.WebHost.UseUrls(builder.Configuration["Urls"]!.Split(';', StringSplitOptions.RemoveEmptyEntries));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);

        // Program says it in a sentence; the framework would log the stack of it.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        AddServices(builder.Services, builder.Configuration);
        var app = builder.Build();
        app.UseTaskApi(endpoints => endpoints.MapNativeManagementApi());
        return app;
    }

    private static void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        HostSettings.Check(configuration, "Storage", typeof(LocalStorageOptions));
        var local = HostSettings.Read(() => configuration.Get<LocalOptions>()) ?? new LocalOptions();
        services.AddSingleton(Options.Create(local));
        services.AddTaskHost(
            configuration, local.Data, time => TaskHosting.OpenBlobs(local.Storage.Connection, local.BlobFolder, local.Storage.Container, time));

        // Opened when it is first asked for, which is LocalStartup: it locks the data folder before anything else looks into it.
        services.AddSingleton(provider => DurableEngine.Open(
            new EngineOptions { Directory = local.EngineFolder }, Registry(provider),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<ITaskClient>(provider => provider.GetRequiredService<DurableEngine>().Client);
        services.AddSingleton(provider => new ReadinessCheck(
            "engine", _ => Task.FromResult(provider.GetRequiredService<DurableEngine>().Unavailable)));
        services.AddSingleton<LocalStartup>();
    }

    private static DurableRegistry Registry(IServiceProvider services)
    {
        var registry = new DurableRegistry().AddOrchestration(RunTaskOrchestration.Name, RunTaskOrchestration.RunAsync);
        registry.AddTaskActivities(services);
        return registry;
    }
}
