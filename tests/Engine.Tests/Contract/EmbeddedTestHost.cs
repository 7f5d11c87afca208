using System.Collections.Concurrent;
using DurableAgentTasks.Contracts.Durable;
using DurableAgentTasks.Contracts.Time;
using DurableAgentTasks.Core.Tasks;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Engine.Tests.Contract;

/// <summary>The embedded engine on a folder of its own, with a clock that stands still.</summary>
internal sealed class EmbeddedTestHost : IDurableTestHost
{
    private readonly TempFolder _folder = new();
    private readonly ManualTimeProvider _time = new();
    private readonly LineLoggerFactory _loggers = new();
    private DurableEngine _engine = null!;

    public ITaskClient Client => _engine.Client;

    public ContractActivities Activities { get; } = new();

    public IReadOnlyList<string> Logged => [.. _loggers.Lines];

    public static async Task<IDurableTestHost> StartAsync()
    {
        var host = new EmbeddedTestHost();
        await host.OpenAsync();
        return host;
    }

    public Task PassAsync(TimeSpan time)
    {
        _time.Advance(time);
        return Task.CompletedTask;
    }

    public async Task RestartAsync(TimeSpan pause)
    {
        await _engine.DisposeAsync();
        _time.Advance(pause);
        await OpenAsync();

        // A clock that stands still fires nothing by itself, not even at once.
        _time.Advance(TimeSpan.Zero);
    }

    public async Task<OrchestrationInstance> UntilAsync(string instanceId, Func<OrchestrationInstance, bool> condition)
    {
        while (true)
        {
            var instance = await Client.GetAsync(instanceId, payloads: true, default);
            if (instance is not null && condition(instance)) return instance;
            await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        _loggers.Dispose();
        _folder.Dispose();
    }

    private async Task OpenAsync()
    {
        var registry = new DurableRegistry()
            .AddActivity(ContractActivities.Echo, (text, _) => ContractActivities.EchoAsync(text))
            .AddActivity(ContractActivities.Twice, (number, _) => ContractActivities.TwiceAsync(number))
            .AddActivity(ContractActivities.Fail, (message, _) => ContractActivities.FailAsync(message))
            .AddActivity(ContractActivities.Note, (text, _) => Activities.NoteAsync(text))
            .AddActivity(ContractActivities.Hold, (key, _) => Activities.HoldAsync(key));
        foreach (var (name, code) in ContractProgram.Orchestrations) registry.AddOrchestration(name, code);
        _engine = await DurableEngine.StartAsync(
            new EngineOptions { Directory = _folder.Path, StopGrace = TimeSpan.Zero }, registry, _time, _loggers, default);
    }

    private sealed class LineLoggerFactory : ILoggerFactory
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => new LineLogger(categoryName == "contract" ? Lines : []);

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }

    private sealed class LineLogger(ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(formatter(state, exception));
    }
}
