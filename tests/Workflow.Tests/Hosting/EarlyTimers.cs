using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Workflow.Tests.Hosting;

/// <summary>An engine whose timers fire a second early, as those of Durable Functions may.</summary>
internal sealed class EarlyTimers(IDurableContext context) : IDurableContext
{
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(1);

    public string InstanceId => context.InstanceId;

    public DateTimeOffset CurrentUtcDateTime => context.CurrentUtcDateTime;

    public T? GetInput<T>() => context.GetInput<T>();

    public Guid NewGuid() => context.NewGuid();

    public Task<T> CallActivityAsync<T>(string name, object? input) => context.CallActivityAsync<T>(name, input);

    public Task CreateTimerAsync(DateTimeOffset fireAt, CancellationToken cancellationToken) =>
        context.CreateTimerAsync(fireAt - CurrentUtcDateTime > Early ? fireAt - Early : fireAt, cancellationToken);

    public Task<T?> WaitForExternalEventAsync<T>(string name) => context.WaitForExternalEventAsync<T>(name);

    public void SetCustomStatus(object? status) => context.SetCustomStatus(status);

    public void ContinueAsNew(object? input) => context.ContinueAsNew(input);

    public ILogger CreateReplaySafeLogger(string category) => context.CreateReplaySafeLogger(category);
}
