using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow;
using DurableAgentTasks.Workflow.Activities;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Simulation.Worlds;

/// <summary>What an orchestration, or a runner, with a mistake would do: the simulation has to find it.</summary>
internal enum Mistake
{
    /// <summary>What runs is not stopped.</summary>
    StopsNothing,

    /// <summary>A cancel is never heard.</summary>
    HearsNoCancel,

    /// <summary>All timers are half an hour late.</summary>
    IsLate,

    /// <summary>Something is left out of the timeline.</summary>
    RecordsHalf,

    /// <summary>Ids are made up anew by every replay.</summary>
    MakesIdsUp,

    /// <summary>The slot is not given back.</summary>
    KeepsSlot,

    /// <summary>All calls of the runner have the same number.</summary>
    NumbersNoCall,

    /// <summary>Time in which the engine had suspended the task is never taken off.</summary>
    CountsNoSuspension,

    /// <summary>A host that has lost its lease ends nothing.</summary>
    OutlivesItsLease,
}

/// <summary>The engine as an orchestration with a mistake would use it.</summary>
internal sealed class Sabotage(IDurableContext context, Mistake mistake) : IDurableContext
{
    public string InstanceId => context.InstanceId;

    public DateTimeOffset CurrentUtcDateTime => context.CurrentUtcDateTime;

    public T? GetInput<T>() => context.GetInput<T>();

    public Guid NewGuid() => mistake == Mistake.MakesIdsUp ? Guid.NewGuid() : context.NewGuid();

    public Task<T> CallActivityAsync<T>(string name, object? input) => (mistake, input) switch
    {
        (Mistake.StopsNothing, StopStep) or (Mistake.KeepsSlot, LeaveQueue) => Task.FromResult((T)(object)true),
        (Mistake.RecordsHalf, RecordTimeline { Entries.Count: > 1 } record) => context.CallActivityAsync<T>(name, record with { Entries = [.. record.Entries.Skip(1)] }),
        (Mistake.CountsNoSuspension, ReadSuspensions) => Task.FromResult((T)(object)Array.Empty<Suspension>()),
        (Mistake.NumbersNoCall, RunStep call) => context.CallActivityAsync<T>(name, call with { Fence = 1 }),
        _ => context.CallActivityAsync<T>(name, input),
    };

    public Task CreateTimerAsync(DateTimeOffset fireAt, CancellationToken cancellationToken) =>
        context.CreateTimerAsync(mistake == Mistake.IsLate ? fireAt + TimeSpan.FromMinutes(30) : fireAt, cancellationToken);

    public Task<T?> WaitForExternalEventAsync<T>(string name) =>
        mistake == Mistake.HearsNoCancel && name == OperatorEvents.Cancel ? new TaskCompletionSource<T?>().Task : context.WaitForExternalEventAsync<T>(name);

    public void SetCustomStatus(object? status) => context.SetCustomStatus(status);

    public void ContinueAsNew(object? input) => context.ContinueAsNew(input);

    public ILogger CreateReplaySafeLogger(string category) => context.CreateReplaySafeLogger(category);
}
