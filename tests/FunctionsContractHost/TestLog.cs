using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.FunctionsContractHost;

/// <summary>What the orchestrations log. A line has reached the tests when it is logged: it outlives the end of this process.</summary>
public sealed class TestLog(TestProcess tests) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Line(categoryName == "contract" ? tests : null);

    public void Dispose()
    {
    }

    private sealed class Line(TestProcess? tests) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => tests is not null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            // Not on the orchestration's own thread, which must not be waited on.
            if (tests is not null) Task.Run(() => tests.SendAsync("log", formatter(state, exception))).GetAwaiter().GetResult();
        }
    }
}
