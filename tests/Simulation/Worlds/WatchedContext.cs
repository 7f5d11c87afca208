using DurableAgentTasks.Workflow;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Simulation.Worlds;

/// <summary>
/// The engine as the orchestration sees it; its timers may fire a second early, as those of Durable Functions do. An orchestration that
/// goes round and round without waiting for anything is ended.
/// </summary>
internal sealed class WatchedContext(IDurableContext context, World world) : IDurableContext
{
    private const int MostCalls = 5_000;
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(1);
    private long _turn;
    private int _calls;

    public string InstanceId => context.InstanceId;

    public DateTimeOffset CurrentUtcDateTime => context.CurrentUtcDateTime;

    public T? GetInput<T>() => context.GetInput<T>();

    public Guid NewGuid() => context.NewGuid();

    public Task<T> CallActivityAsync<T>(string name, object? input)
    {
        Count();
        return context.CallActivityAsync<T>(name, input);
    }

    public Task CreateTimerAsync(DateTimeOffset fireAt, CancellationToken cancellationToken)
    {
        Count();
        var early = world.Task.TimersAreEarly && fireAt - CurrentUtcDateTime > Early;
        return context.CreateTimerAsync(early ? fireAt - Early : fireAt, cancellationToken);
    }

    public Task<T?> WaitForExternalEventAsync<T>(string name) => context.WaitForExternalEventAsync<T>(name);

    public void SetCustomStatus(object? status) => context.SetCustomStatus(status);

    public void ContinueAsNew(object? input) => context.ContinueAsNew(input);

    public ILogger CreateReplaySafeLogger(string category) => context.CreateReplaySafeLogger(category);

    private void Count()
    {
        if (_turn != world.Turn) (_turn, _calls) = (world.Turn, 0);
        if (++_calls <= MostCalls) return;
        world.Fail("The orchestration goes round and round without waiting for anything.");
        throw new InvalidOperationException("Round and round.");
    }
}
