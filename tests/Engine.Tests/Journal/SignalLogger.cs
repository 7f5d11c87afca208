using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Engine.Tests.Journal;

/// <summary>Keeps what was logged, and tells when a message that begins in a given way comes.</summary>
internal sealed class SignalLogger(string beginning = "") : ILogger
{
    private readonly Lock _gate = new();
    private readonly List<string> _messages = [];
    private TaskCompletionSource<string> _next = New();

    public IReadOnlyList<string> Messages
    {
        get
        {
            lock (_gate) return [.. _messages];
        }
    }

    /// <summary>Called with each message, by whoever logs it.</summary>
    public Action<string> Before { get; set; } = _ => { };

    /// <summary>The next message of interest.</summary>
    public Task<string> Next()
    {
        lock (_gate) return _next.Task;
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var message = formatter(state, exception);
        Before(message);
        lock (_gate)
        {
            _messages.Add(message);
            if (!message.StartsWith(beginning, StringComparison.Ordinal)) return;
            _next.SetResult(message);
            _next = New();
        }
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    private static TaskCompletionSource<string> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
