using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Agents.Watching;
using DurableAgentTasks.Core.Recovery;
using DurableAgentTasks.Core.Resources;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>
/// Watches over the program of one attempt while it runs: it ends it when it gives no sign of life, idles, uses more than the task may,
/// or has failed already; and it tells that it lives by a heartbeat.
/// </summary>
internal sealed class StepWatch(
    string folder, RunStep input, WatchLimits limits, SpendingLimit spending, HeartbeatWriter heartbeats, TaskHeartbeat? last,
    ResourceAlerts alerts, TimeProvider time)
{
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(5);

    private SupervisedProcess _process = null!;
    private StepReading _reading = null!;
    private StepLog _log = null!;
    private StepStop _stop = null!;
    private RunWatch _watch = null!;
    private StepLives _lives = null!;
    private DateTimeOffset _since;
    private TimeSpan _cpuBefore;
    private TaskHeartbeat? _last = last;

    /// <summary>Begins to watch the program of the last life; until the end of what is returned.</summary>
    public IAsyncDisposable Begin(SupervisedProcess process, StepLives lives, StepLog log, StepStop stop, StepFreeze freeze)
    {
        (_process, _lives, _reading, _log, _stop, _since) = (process, lives, lives.All[^1], log, stop, process.Record.CreatedAt);
        _cpuBefore = (IsOf(process) ? _last?.CpuTimeBefore : _last?.CpuTime) ?? TimeSpan.Zero;
        _watch = new RunWatch(process, folder, limits with { CpuTime = Left(limits.CpuTime - _cpuBefore) }, time);
        freeze.Begins(process, _watch);
        Judge();
        return new Watching(this).Begin();
    }

    /// <summary>Output has come, and was read.</summary>
    public void Seen()
    {
        _watch.OutputSeen();
        Judge();
    }

    private void Judge()
    {
        if (_reading.HasBegun) _watch.FirstEventSeen();
        if (_reading.Broken is { } failure) _stop.Fail(failure);
        if (!_reading.HasFinished && spending.Passed(_lives.Report?.Usage) is { } passed) _stop.Ask(StopReason.Budget, OverBudget(passed));
    }

    private async Task WatchAsync(CancellationToken over)
    {
        try
        {
            if (await _watch.RunAsync(WarnAsync, _process.Completion, over) is { } verdict) End(verdict);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The program has ended.
        }
    }

    private void End(WatchVerdict verdict)
    {
        switch (verdict)
        {
            case WatchVerdict.StartUpExpired expired:
                _stop.Fail(new StepFailure(
                    FailureClass.StartUp, $"It gave no sign of life for {expired.After.TotalSeconds:F0} s after its start.", ResetsAt: null));
                break;
            case WatchVerdict.Idle idle:
                _stop.Ask(StopReason.Idle, $"It has neither printed, computed nor changed a file since {idle.Since:u}");
                break;
            case WatchVerdict.LimitPassed passed:
                _stop.Ask(StopReason.Budget, OverBudget($"{passed.Limit} {passed.Used:N0} of {passed.Allowed:N0}"));
                break;
        }
    }

    /// <summary>What was spent before may have used the budget up: then nothing more is begun.</summary>
    /// <param name="lives">Those of the attempt that are over.</param>
    public string? SpentBefore(StepLives lives) => spending.Passed(lives.Report?.Usage) is { } passed ? OverBudget(passed) : null;

    /// <summary>Whether the last heartbeat was of this program: then it is adopted.</summary>
    private bool IsOf(SupervisedProcess process) =>
        _last is { } beat && (beat.StepId, beat.Attempt, beat.Pid) == (input.StepId, input.Attempt, process.Record.Pid);

    private static TimeSpan? Left(TimeSpan? left) => left < TimeSpan.Zero ? TimeSpan.Zero : left;

    private static string OverBudget(string passed) => $"The task's budget is used up: {passed}";

    private async ValueTask WarnAsync(IdleWarning warning, CancellationToken cancellationToken)
    {
        var then = warning.StopsAfter is { } after ? $" The task is paused when that has lasted for {after}." : "";
        await _log.SystemLineAsync($"Step {input.StepId} has neither printed, computed nor changed a file since {warning.Since:u}.{then}", cancellationToken);
    }

    private async Task BeatAsync(CancellationToken over)
    {
        using var tick = new PeriodicTimer(HeartbeatInterval, time);
        try
        {
            do await heartbeats.WriteAsync(_last = Heartbeat(alive: true));
            while (await tick.WaitForNextTickAsync(over));
        }
        catch (OperationCanceledException)
        {
            _since = time.GetUtcNow();
            await heartbeats.WriteAsync(_last = Heartbeat(alive: false));
        }
    }

    private TaskHeartbeat Heartbeat(bool alive)
    {
        var latest = _watch.Latest;
        return new TaskHeartbeat
        {
            At = time.GetUtcNow(),
            Alive = alive,
            StepId = input.StepId,
            Attempt = input.Attempt,
            Pid = _process.Record.Pid,
            Host = Environment.MachineName,
            Since = _since,
            LastOutputAt = latest.LastOutputAt,
            LastActivityAt = latest.LastActivityAt,
            LastSeq = _log.LastSeq,
            Resources = alive ? new ProcessResources(Math.Round(latest.CpuPercent, 1), latest.Usage.ResidentBytes, latest.Usage.Processes) : null,
            CpuTimeBefore = _cpuBefore,
            CpuTime = _cpuBefore + _process.Sample().CpuTime,
            Alerts = alive ? alerts.Latest() : [],
            SessionId = _reading.SessionId,
        };
    }

    private sealed class Watching(StepWatch watch) : IAsyncDisposable
    {
        private readonly CancellationTokenSource _over = new();
        private Task _both = Task.CompletedTask;

        public Watching Begin()
        {
            _both = Task.WhenAll(watch.BeatAsync(_over.Token), watch.WatchAsync(_over.Token));
            return this;
        }

        public async ValueTask DisposeAsync()
        {
            await _over.CancelAsync();
            await _both;
            _over.Dispose();
        }
    }
}
