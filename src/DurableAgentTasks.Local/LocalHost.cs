using DurableAgentTasks.Activities;
using DurableAgentTasks.Activities.Secrets;
using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Resources;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Core.Timeouts;
using DurableAgentTasks.Engine;
using DurableAgentTasks.Http;
using DurableAgentTasks.Http.Deletion;
using DurableAgentTasks.Http.Emergency;
using DurableAgentTasks.Http.Readiness;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Queue;
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
        app.UseTaskApi();
        return app;
    }

    private static void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        var local = Read(() => configuration.Get<LocalOptions>()) ?? new LocalOptions();
        var (timeouts, agents, catalog) = Settings(configuration);
        services.AddSingleton(Options.Create(local));
        services.AddSingleton(TimeProvider.System);

        // Opened when it is first asked for, which is LocalStartup: it locks the data folder before anything else looks into it.
        services.AddSingleton(provider => DurableEngine.Open(
            new EngineOptions { Directory = local.EngineFolder }, TaskActivityRegistry.Create(provider),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<ITaskClient>(provider => provider.GetRequiredService<DurableEngine>().Client);
        services.AddSingleton(provider => OpenBlobs(local, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(_ => new StepRuns(local.Data));
        services.AddSingleton(agents);
        services.AddSingleton(catalog);
        services.AddSingleton(provider => new TaskAdmission(
            new TaskRequestRules { Agents = catalog.Names, Timeouts = timeouts }, provider.GetRequiredService<TaskChecks>().Of));
        services.AddSingleton(new QueueLimits
        {
            MaxConcurrentTasks = agents.MaxConcurrentTasks,
            MaxQueuedTasks = agents.MaxQueuedTasks,
            PerAgent = catalog.Agents.Where(agent => agent.MaxConcurrentTasks is not null).ToDictionary(agent => agent.Name, agent => agent.MaxConcurrentTasks!.Value),
        });
        services.AddTaskActivities();
        services.AddTaskApi(configuration);
        services.AddSingleton<IAgentInventory, LocalAgents>();
        services.AddSingleton<ITaskCleanup, LocalCleanup>();
        services.AddSingleton<IEmergencyStop, LocalEmergencyStop>();
        services.AddSingleton(_ => new HostResources(local.Data));
        services.AddSingleton(provider => new ReadinessCheck(
            "engine", _ => Task.FromResult(provider.GetRequiredService<DurableEngine>().Unavailable)));
        services.AddSingleton<LocalStartup>();
    }

    /// <summary>All that is wrong with the settings is said at once.</summary>
    private static (TimeoutOptions Timeouts, AgentOptions Agents, AgentCatalog Catalog) Settings(IConfiguration configuration)
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
        string[] errors = [.. timeouts.Validate(), .. catalog.Errors, .. new SecretValues(configuration).Validate()];
        return errors.Length == 0 ? (timeouts, agents, catalog.Catalog!) : throw new StartRefusedException(string.Join(Environment.NewLine, errors));
    }

    private static IBlobStore OpenBlobs(LocalOptions local, TimeProvider time)
    {
        try
        {
            return BlobStores.Open(local.Storage.Connection, local.BlobFolder, local.Storage.Container, time);
        }
        catch (ArgumentException error)
        {
            throw new StartRefusedException($"Storage:Connection: {error.Message}");
        }
    }

    /// <summary>The binder names the setting and the value that does not fit.</summary>
    private static T Read<T>(Func<T> settings)
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

/// <summary>The host cannot start like this; the message says what to do.</summary>
internal sealed class StartRefusedException(string message) : Exception(message);
