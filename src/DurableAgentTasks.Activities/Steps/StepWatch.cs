using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Tasks;
using DurableAgentTasks.Workflow.Activities;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>Watches over the program of one attempt: it is ended when it has failed already, and tells that it lives by a heartbeat.</summary>
internal sealed partial class StepWatch(TaskRecord record, RunStep input, TaskStore store, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(5);

    private StepReading _reading = null!;
    private StepStop _stop = null!;
    private StepLog _log = null!;
    private SupervisedProcess _process = null!;
    private DateTimeOffset _since;
    private DateTimeOffset? _lastOutput;

    /// <summary>Begins to watch a program; until the end of what is returned.</summary>
    public IAsyncDisposable Begin(SupervisedProcess process, StepReading reading, StepLog log, StepStop stop, bool awaitsFirstEvent)
    {
        (_process, _reading, _log, _stop, _since) = (process, reading, log, stop, time.GetUtcNow());
        return new Watching(this);
    }

    /// <summary>Output has come.</summary>
    public void Seen()
    {
        _lastOutput = time.GetUtcNow();
        if (_reading.Broken is { } failure) _stop.Fail(failure);
    }

    private async Task BeatAsync(CancellationToken over)
    {
        using var tick = new PeriodicTimer(HeartbeatInterval, time);
        try
        {
            do await WriteAsync(alive: true);
            while (await tick.WaitForNextTickAsync(over));
        }
        catch (OperationCanceledException)
        {
            _since = time.GetUtcNow();
            await WriteAsync(alive: false);
        }
    }

    private async Task WriteAsync(bool alive)
    {
        var now = time.GetUtcNow();
        var heartbeat = new TaskHeartbeat
        {
            At = now,
            Alive = alive,
            StepId = input.StepId,
            Attempt = input.Attempt,
            Pid = _process.Record.Pid,
            Host = Environment.MachineName,
            Since = _since,
            LastOutputAt = _lastOutput,
            LastActivityAt = _lastOutput ?? _since,
            LastSeq = _log.LastSeq,
            SessionId = _reading.SessionId,
        };
        try
        {
            await store.WriteHeartbeatAsync(record.Id, heartbeat, CancellationToken.None);
        }
        catch (IOException error)
        {
            LogMissed(logger, record.Id.Value, error.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The heartbeat of task {Task} cannot be written: {Reason}")]
    private static partial void LogMissed(ILogger logger, string task, string reason);

    private sealed class Watching : IAsyncDisposable
    {
        private readonly CancellationTokenSource _over = new();
        private readonly Task _beat;

        public Watching(StepWatch watch) => _beat = watch.BeatAsync(_over.Token);

        public async ValueTask DisposeAsync()
        {
            await _over.CancelAsync();
            await _beat;
            _over.Dispose();
        }
    }
}
