using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Workflow;

/// <summary>
/// All an orchestration may touch. It is re-run over its history, so everything that is not pure comes from here.
/// Implemented by the embedded engine and, one to one, over Durable Functions' <c>TaskOrchestrationContext</c>.
/// </summary>
/// <remarks>
/// The rules hold on both engines. Every call is made on the orchestration's own thread. An orchestration neither ends nor
/// continues as new while an activity or an uncancelled timer is open: await the activity, cancel the timer.
/// A suspended instance runs nothing.
/// </remarks>
public interface IDurableContext
{
    /// <summary>The id the instance was started with; the task's id.</summary>
    string InstanceId { get; }

    /// <summary>The time of the event that is being handled: the same at every replay. Whole ticks, UTC.</summary>
    DateTimeOffset CurrentUtcDateTime { get; }

    /// <summary>The input of the present generation.</summary>
    T? GetInput<T>();

    /// <summary>A new id that is the same at every replay.</summary>
    Guid NewGuid();

    /// <summary>Runs an activity at least once; a recorded result is never run again. It cannot be cancelled from here.</summary>
    /// <exception cref="ActivityFailedException">The activity threw. Expected failures are values, not exceptions.</exception>
    Task<T> CallActivityAsync<T>(string name, object? input);

    /// <summary>
    /// Completes at <paramref name="fireAt"/>, up to a second early on Durable Functions: compare the clock. A timer that has
    /// lost its race must be cancelled.
    /// </summary>
    /// <exception cref="OperationCanceledException">Thrown by the task when <paramref name="cancellationToken"/> is cancelled.</exception>
    Task CreateTimerAsync(DateTimeOffset fireAt, CancellationToken cancellationToken);

    /// <summary>
    /// Completes with the next event of this name (case-insensitive), first in first out. It cannot be cancelled, and only one
    /// wait per name may be open: keep the task until it completes.
    /// </summary>
    /// <exception cref="InvalidOperationException">A wait for this name is open already.</exception>
    Task<T?> WaitForExternalEventAsync<T>(string name);

    /// <summary>Replaces what callers see of the instance, at most <see cref="DurableLimits.CustomStatusLength"/> UTF-16 characters of JSON.</summary>
    /// <exception cref="ArgumentException">It is longer; nothing was changed.</exception>
    void SetCustomStatus(object? status);

    /// <summary>
    /// Ends this generation when the orchestration returns and begins the next with a new history. Events not yet asked for
    /// are kept; one that completed a wait but was not handled is lost, so handle it or put it into the input.
    /// </summary>
    void ContinueAsNew(object? input);

    /// <summary>A logger that is silent during replay.</summary>
    ILogger CreateReplaySafeLogger(string category);
}

public static class DurableLimits
{
    /// <summary>Durable Functions fails an orchestration whose status is over 16 KB of UTF-16; this leaves room for its envelope.</summary>
    public const int CustomStatusLength = 8_000;
}

/// <summary>An activity threw: a bug or broken infrastructure.</summary>
/// <param name="activity">Which one.</param>
/// <param name="errorType">The full name of the exception's type.</param>
/// <param name="errorMessage">Its message.</param>
public sealed class ActivityFailedException(string activity, string errorType, string errorMessage)
    : Exception($"Activity '{activity}' failed with {errorType}: {errorMessage}")
{
    public string Activity { get; } = activity;

    public string ErrorType { get; } = errorType;

    public string ErrorMessage { get; } = errorMessage;
}
