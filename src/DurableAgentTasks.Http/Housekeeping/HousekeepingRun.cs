using DurableAgentTasks.Core.Tasks;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Http.Housekeeping;

/// <summary>
/// One run over much that has nothing to do with each other. What fails is logged and takes nothing else along; the run fails at its end, so that
/// whoever watches it sees that. Only a cancellation ends it at once.
/// </summary>
internal sealed partial class HousekeepingRun(ILogger logger, CancellationToken cancellationToken)
{
    private const int Named = 10;

    private readonly List<(string What, Exception Error)> _failures = [];

    public CancellationToken CancellationToken => cancellationToken;

    /// <param name="what">What is done, for the log.</param>
    /// <param name="act">Does it.</param>
    public async Task TryAsync(string what, Func<Task> act)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await act();
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            LogFailed(logger, what, error);
            _failures.Add((what, error));
        }
    }

    public Task TryAsync(string what, TaskId task, Func<Task> act) => TryAsync($"{what} task {task}", act);

    /// <exception cref="HousekeepingFailedException">Something has failed.</exception>
    public void End()
    {
        if (_failures.Count == 0) return;
        var names = string.Join("; ", _failures.Take(Named).Select(failure => failure.What));
        if (_failures.Count > Named) names += $"; and {_failures.Count - Named} more, which the log names";
        throw new HousekeepingFailedException($"The housekeeping could not: {names}.", _failures.Select(failure => failure.Error));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The housekeeping could not {What}; it goes on with the rest, and tries this again the next time.")]
    private static partial void LogFailed(ILogger logger, string what, Exception error);
}
