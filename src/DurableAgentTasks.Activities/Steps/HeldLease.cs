using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>
/// The lease of a task while an attempt runs under it. It is renewed every 15 s, of the 60 s that it lasts. 40 s after the last renewal was
/// asked for, or when it is found to be gone, the host takes the task for lost: what runs of it is ended, and nothing more is written. If the
/// host cannot do that any more, the <see cref="StepWatchdog"/> does.
/// </summary>
/// <param name="step">What runs under it.</param>
/// <param name="lease">As it was taken.</param>
/// <param name="asked">When that was asked for.</param>
/// <param name="look">Looks every 2 s what others want.</param>
/// <param name="holds">Where the watchdog sees it; <see langword="null"/> if there is none.</param>
/// <param name="time">For all of this.</param>
/// <param name="logger">Told what goes wrong.</param>
internal sealed partial class HeldLease(
    RunningStep step, IBlobLease lease, long asked, Func<CancellationToken, Task> look, StepHolds? holds, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    /// <summary>How often a host looks what others want of a task, or whether its lease is free.</summary>
    internal static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LostAfter = TimeSpan.FromSeconds(40);

    private readonly CancellationTokenSource _over = new();
    private Task _both = Task.CompletedTask;
    private ITimer? _losing;

    /// <summary>Renews it until it is disposed.</summary>
    public HeldLease Begin()
    {
        _losing = time.CreateTimer(_ => Lose(), null, LeftSince(asked), Timeout.InfiniteTimeSpan);
        Show(LeftSince(asked));
        _both = Task.WhenAll(UntilOverAsync(RenewAsync), UntilOverAsync(LookAsync));
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _both;
        if (_losing is not null) await _losing.DisposeAsync();
        Show(null);
        _over.Dispose();
    }

    /// <summary>Gives it back. If the storage does not take it, another host has to wait for its end.</summary>
    public async Task ReleaseAsync()
    {
        if (step.Stop.Lost.IsCancellationRequested) return;
        try
        {
            await lease.DisposeAsync();
        }
        catch (Exception error) when (StorageFault.Is(error))
        {
            LogNotReleased(logger, step.Key.TaskId, StorageFault.Say(error));
        }
    }

    private async Task RenewAsync(CancellationToken over)
    {
        var wait = RenewEvery;
        while (!step.Stop.Lost.IsCancellationRequested)
        {
            await Task.Delay(wait, time, over);
            var now = time.GetTimestamp();
            try
            {
                if (await lease.RenewAsync(over)) Extend(LeftSince(now));
                else Lose();
                wait = RenewEvery;
            }
            catch (Exception error) when (StorageFault.Is(error))
            {
                LogNotRenewed(logger, step.Key.TaskId, step.Key.StepId, StorageFault.Say(error));
                wait = LookEvery;
            }
        }
    }

    private async Task LookAsync(CancellationToken over)
    {
        while (true)
        {
            await Task.Delay(LookEvery, time, over);
            try
            {
                await look(over);
            }
            catch (Exception error) when (error is EngineUnavailableException || StorageFault.Is(error))
            {
                LogNotSeen(logger, step.Key.StepId, step.Key.TaskId, StorageFault.Say(error));
            }
        }
    }

    private async Task UntilOverAsync(Func<CancellationToken, Task> act)
    {
        try
        {
            await act(_over.Token);
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested)
        {
            // The attempt is over.
        }
    }

    private void Extend(TimeSpan left)
    {
        _losing!.Change(left, Timeout.InfiniteTimeSpan);
        Show(left);
    }

    private void Show(TimeSpan? left)
    {
        try
        {
            if (left is { } time) holds?.Extend(TaskId.Parse(step.Key.TaskId), time);
            else holds?.Remove(TaskId.Parse(step.Key.TaskId));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNotShown(logger, step.Key.TaskId, error.Message);
        }
    }

    private void Lose()
    {
        LogLost(logger, step.Key.TaskId, step.Key.StepId);
        step.Stop.Lose();
    }

    private TimeSpan LeftSince(long moment) => LostAfter - time.GetElapsedTime(moment) is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease of task {Task} cannot be renewed now; step {Step} is ended 40 s after the last renewal: {Reason}")]
    private static partial void LogNotRenewed(ILogger logger, string task, string step, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "This host has lost task {Task}: step {Step} is ended here, and another host may go on with it")]
    private static partial void LogLost(ILogger logger, string task, string step);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether step {Step} of task {Task} is to stop cannot be seen now: {Reason}")]
    private static partial void LogNotSeen(ILogger logger, string step, string task, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The watchdog cannot see how long task {Task} is this host's: {Reason}")]
    private static partial void LogNotShown(ILogger logger, string task, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease of task {Task} could not be given back; another host has to wait for its end: {Reason}")]
    private static partial void LogNotReleased(ILogger logger, string task, string reason);
}
