using DurableAgentTasks.Activities;
using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Core.Timeouts;
using DurableAgentTasks.Engine;
using DurableAgentTasks.Http;
using DurableAgentTasks.Http.Deletion;
using DurableAgentTasks.Http.Emergency;
using DurableAgentTasks.Http.Readiness;
using DurableAgentTasks.Http.Statistics;
using DurableAgentTasks.Storage.Blobs;
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
        services.AddSingleton(Options.Create(local));
        services.AddSingleton(TimeProvider.System);

        // Opened when it is first asked for, which is LocalStartup: it locks the data folder before anything else looks into it.
        services.AddSingleton(provider => DurableEngine.Open(
            new EngineOptions { Directory = local.EngineFolder }, TaskActivityRegistry.Create(provider),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<ITaskClient>(provider => provider.GetRequiredService<DurableEngine>().Client);
        services.AddSingleton(provider => OpenBlobs(local, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(_ => new StepRuns(local.Data));
        services.AddSingleton(Admission(configuration));
        services.AddSingleton(QueueSettings.Read(configuration));
        services.AddTaskActivities();
        services.AddTaskApi(configuration);
        services.AddSingleton<ITaskCleanup, LocalCleanup>();
        services.AddSingleton<IEmergencyStop, LocalEmergencyStop>();
        services.AddSingleton(_ => new HostResources(local.Data));
        services.AddSingleton(provider => new ReadinessCheck(
            "engine", _ => Task.FromResult(provider.GetRequiredService<DurableEngine>().Unavailable)));
        services.AddSingleton<LocalStartup>();
    }

    private static TaskAdmission Admission(IConfiguration configuration)
    {
        var section = configuration.GetSection("Timeouts");
        var timeouts = Read(() =>
        {
            var options = TimeoutOptions.For(section.GetValue(nameof(TimeoutOptions.Preset), TimeoutPreset.Standard));
            section.Bind(options);
            return options;
        });
        var errors = timeouts.Validate();
        if (errors.Count > 0) throw new StartRefusedException(string.Join(Environment.NewLine, errors));
        return new TaskAdmission(
            new TaskRequestRules { Agents = [TaskRequest.ShellAgent], Timeouts = timeouts }, TaskChecks.Supported, TaskChecks.Workspace);
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
    internal static T Read<T>(Func<T> settings)
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
