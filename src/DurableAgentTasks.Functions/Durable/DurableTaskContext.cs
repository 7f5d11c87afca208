using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Workflow;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Functions.Durable;

/// <summary>
/// Durable Functions' context as the port. What it adds are the port's rules: an activity that is cut off runs again, one open wait for a
/// name, a custom status that is not too long, and no event lost between <see cref="ContinueAsNew"/> and the end of the generation.
/// </summary>
public sealed class DurableTaskContext(TaskOrchestrationContext context) : IDurableContext
{
    /// <summary>How often one activity may be cut off before that counts as its failure.</summary>
    private const int MaxCutOff = 20;

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private static readonly TaskOptions RunAgain = TaskOptions.FromRetryHandler(RunsAgainAsync);

    private readonly HashSet<string> _waits = new(StringComparer.OrdinalIgnoreCase);
    private bool _continued;

    public string InstanceId => context.InstanceId;

    public DateTimeOffset CurrentUtcDateTime => new(DateTime.SpecifyKind(context.CurrentUtcDateTime, DateTimeKind.Utc));

    public T? GetInput<T>() => Read<T>(context.GetInput<JsonElement?>());

    public Guid NewGuid() => context.NewGuid();

    public async Task<T> CallActivityAsync<T>(string name, object? input)
    {
        try
        {
            return Read<T>(await context.CallActivityAsync<JsonElement?>(name, input, RunAgain))!;
        }
        catch (TaskFailedException failure)
        {
            throw new ActivityFailedException(name, failure.FailureDetails.ErrorType, failure.FailureDetails.ErrorMessage);
        }
    }

    /// <remarks>What is further away than the storage's queues reach is waited for in several timers, by the framework.</remarks>
    public Task CreateTimerAsync(DateTimeOffset fireAt, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested
            ? Task.FromCanceled(cancellationToken)
            : context.CreateTimer(fireAt.UtcDateTime, cancellationToken);

    public Task<T?> WaitForExternalEventAsync<T>(string name) =>
        _waits.Add(name)
            ? WaitAsync<T>(name)
            : throw new InvalidOperationException(
                $"A wait for the event '{name}' is open already: keep its task and await that one, since waits cannot be cancelled.");

    public void SetCustomStatus(object? status)
    {
        var length = status is null ? 0 : JsonSerializer.Serialize(status, status.GetType(), TaskJson.Options).Length;
        if (length > DurableLimits.CustomStatusLength)
        {
            throw new ArgumentException(
                $"The custom status has {length} characters; at most {DurableLimits.CustomStatusLength} are kept. Shorten it.", nameof(status));
        }

        context.SetCustomStatus(status);
    }

    public void ContinueAsNew(object? input)
    {
        _continued = true;
        context.ContinueAsNew(input, preserveUnprocessedEvents: true);
    }

    public ILogger CreateReplaySafeLogger(string category) => context.CreateReplaySafeLogger(category);

    /// <summary>
    /// The framework gives waits the events that came together with what made the code end its generation, although nobody will handle
    /// them any more: those are sent on to the next one.
    /// </summary>
    private async Task<T?> WaitAsync<T>(string name)
    {
        var payload = await context.WaitForExternalEvent<JsonElement?>(name);
        _waits.Remove(name);
        if (!_continued) return Read<T>(payload);
        context.SendEvent(context.InstanceId, name, payload ?? JsonSerializer.SerializeToElement<object?>(null));
        return await new TaskCompletionSource<T?>().Task;
    }

    /// <summary>
    /// What the Functions host itself says failed: the worker died, or took too long. Of what the activity threw, only the storage's
    /// refusals pass by themselves.
    /// </summary>
    private static async Task<bool> RunsAgainAsync(RetryContext failed)
    {
        var type = failed.LastFailure.ErrorType;
        var cutOff = type.StartsWith("Microsoft.Azure.WebJobs.", StringComparison.Ordinal) || type == "Azure.RequestFailedException";
        if (!cutOff || failed.LastAttemptNumber >= MaxCutOff) return false;
        var pause = TimeSpan.FromSeconds(Math.Pow(2, failed.LastAttemptNumber - 1));
        var context = failed.OrchestrationContext;
        await context.CreateTimer(context.CurrentUtcDateTime + (pause < LongestPause ? pause : LongestPause), CancellationToken.None);
        return true;
    }

    private static T? Read<T>(JsonElement? json) =>
        json is { ValueKind: not JsonValueKind.Undefined } value ? value.Deserialize<T>(TaskJson.Options) : default;
}
