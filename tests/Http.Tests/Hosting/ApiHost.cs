using System.Collections.Concurrent;
using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Checkpoints;
using DurableAgentTasks.Http.Deletion;
using DurableAgentTasks.Http.Emergency;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Http.Tests.Hosting;

/// <summary>The API on Kestrel at a free loopback port, with blobs in a folder of the test's own and a scripted engine.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly WebApplication _app;

    private ApiHost(WebApplication app, TemporaryFolder folder, LogCapture log)
    {
        (_app, _folder, Log) = (app, folder, log);
        Client = NewClient();
    }

    public HttpClient Client { get; }

    public LogCapture Log { get; }

    public Uri Address => new(_app.Urls.Single());

    public ScriptedEngine Engine => _app.Services.GetRequiredService<ScriptedEngine>();

    public NotedCleanup Cleanup => _app.Services.GetRequiredService<NotedCleanup>();

    public NotedFiles Files => _app.Services.GetRequiredService<NotedFiles>();

    public TaskStore Store => _app.Services.GetRequiredService<TaskStore>();

    public FailingBlobStore Blobs => _app.Services.GetRequiredService<FailingBlobStore>();

    public IServiceProvider Services => _app.Services;

    public IReadOnlyList<RouteEndpoint> Endpoints =>
        [.. _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    public static async Task<ApiHost> StartAsync(
        IReadOnlyDictionary<string, string?>? settings = null, Action<IServiceCollection>? services = null, Action<IEndpointRouteBuilder>? others = null)
    {
        var folder = new TemporaryFolder();
        var log = new LogCapture();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Trace);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(new FailingBlobStore(new FileBlobStore(Path.Combine(folder.Path, "blobs"), TimeProvider.System)));
        builder.Services.AddSingleton<IBlobStore>(provider => provider.GetRequiredService<FailingBlobStore>());
        builder.Services.AddSingleton(new TaskAdmission(new TaskRequestRules { Agents = ["shell", "claude"] }));
        builder.Services.AddSingleton<ScriptedEngine>();
        builder.Services.AddSingleton<ITaskClient>(provider => provider.GetRequiredService<ScriptedEngine>());
        builder.Services.AddSingleton<NotedCleanup>();
        builder.Services.AddSingleton<ITaskCleanup>(provider => provider.GetRequiredService<NotedCleanup>());
        builder.Services.AddSingleton<NotedEmergencyStop>();
        builder.Services.AddSingleton<IEmergencyStop>(provider => provider.GetRequiredService<NotedEmergencyStop>());
        builder.Services.AddSingleton<NotedFiles>();
        builder.Services.AddSingleton<ICheckpointFiles>(provider => provider.GetRequiredService<NotedFiles>());
        builder.Services.AddTaskApi(builder.Configuration);
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseTaskApi(others);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app, folder, log);
    }

    /// <summary>Another client, with headers of its own.</summary>
    public HttpClient NewClient(params IEnumerable<(string Name, string Value)> headers)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new(_app.Urls.Single()) };
        foreach (var (name, value) in headers) client.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}

/// <summary>A clean-up that is noted, and waits at a gate if there is one.</summary>
internal sealed class NotedCleanup(ScriptedEngine engine) : ITaskCleanup
{
    public TaskCompletionSource? Gate { get; set; }

    public Task CleanUpAsync(TaskId task, CancellationToken cancellationToken)
    {
        engine.Note($"clean up {task}");
        return Gate?.Task ?? Task.CompletedTask;
    }

    public Task ReleaseAsync(TaskId task, CancellationToken cancellationToken)
    {
        engine.Note($"release {task}");
        return Task.CompletedTask;
    }
}

/// <summary>An emergency stop that is noted, of as many steps as a test says.</summary>
internal sealed class NotedEmergencyStop(ScriptedEngine engine) : IEmergencyStop
{
    public IReadOnlyList<StoppedStep> Running { get; set; } = [];

    public Task<EmergencyReport> StopAllAsync(OperatorCommand command, CancellationToken cancellationToken)
    {
        engine.Note($"stop everything for {command.By}: {command.Reason}; {engine.Events.Count} told");
        return Task.FromResult(new EmergencyReport(Running, TimeSpan.FromMilliseconds(1_500)));
    }
}

/// <summary>Everything that was logged, as text.</summary>
internal sealed class LogCapture : ILoggerProvider
{
    public ConcurrentQueue<(LogLevel Level, string Text)> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(LogCapture capture, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            capture.Lines.Enqueue((logLevel, $"{category}: {formatter(state, exception)} {exception}"));
    }
}
