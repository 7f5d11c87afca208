using DurableAgentTasks.Activities.Secrets;
using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Logs;
using DurableAgentTasks.Storage.Tasks;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>Opens the logs of tasks for their steps. One step of a task runs at a time, so each log has one writer.</summary>
public sealed class StepLogs(IBlobStore blobs, TaskSignals signals, TimeProvider time, ILogger<StepLogs> logger)
{
    internal StepLog Of(TaskId task, string stepId, SecretMask mask) => new(blobs, signals, task, stepId, mask, time, logger);
}

/// <summary>The output of one attempt of a step on its way into the log of its task, without the secrets.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "The semaphore has no wait handle.")]
internal sealed partial class StepLog(
    IBlobStore blobs, TaskSignals signals, TaskId task, string stepId, SecretMask mask, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan RetryWait = TimeSpan.FromSeconds(1);

    // Held to open a writer, and to write where none is open: a log has one writer at a time.
    private readonly SemaphoreSlim _opening = new(1, 1);
    private TaskLogWriter? _following;

    /// <summary>The number of the last line that is stored, as far as it is known here.</summary>
    public long LastSeq { get; private set; }

    /// <summary>
    /// Takes the output of a life into the log until its run has ended and all of it is stored, beginning where the log left off, and
    /// shows it to the reading. The program never waits for it; a log that cannot be written is tried again.
    /// </summary>
    /// <param name="reading">Whose output.</param>
    /// <param name="runEnded">Completes when nobody writes any more.</param>
    /// <param name="seen">Told whenever output has come.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async Task FollowAsync(StepReading reading, Task runEnded, Action seen, CancellationToken cancellationToken)
    {
        await UntilStoredAsync(() => FollowOnceAsync(reading, runEnded, seen, cancellationToken), cancellationToken);
        reading.Complete();
    }

    /// <summary>Adds a line of the service's own, also while output is followed.</summary>
    public Task SystemLineAsync(string text, CancellationToken cancellationToken) =>
        UntilStoredAsync(() => WriteAsync(text, cancellationToken), cancellationToken);

    private async Task UntilStoredAsync(Func<Task> write, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await write();
                return;
            }
            catch (Exception error) when (StorageFault.Is(error))
            {
                LogWaits(logger, task.Value, StorageFault.Say(error));
            }

            await Task.Delay(RetryWait, time, cancellationToken);
        }
    }

    private async Task FollowOnceAsync(StepReading reading, Task runEnded, Action seen, CancellationToken cancellationToken)
    {
        using var writer = await AloneAsync(async () => _following = await OpenAsync(cancellationToken), cancellationToken);
        try
        {
            await BothAsync(
                token => TailAsync(writer, reading, OutputStream.StandardOutput, LogStream.Stdout, runEnded, seen, token),
                token => TailAsync(writer, reading, OutputStream.StandardError, LogStream.Stderr, runEnded, seen, token),
                cancellationToken);
        }
        finally
        {
            await AloneAsync(() => Task.FromResult(_following = null), CancellationToken.None);
        }
    }

    private Task<long> WriteAsync(string text, CancellationToken cancellationToken) => AloneAsync(
        async () =>
        {
            using var mine = _following is null ? await OpenAsync(cancellationToken) : null;
            var writer = mine ?? _following!;
            await writer.SystemLineAsync(text, cancellationToken);
            return LastSeq = writer.LastSeq;
        },
        cancellationToken);

    private async Task<T> AloneAsync<T>(Func<Task<T>> act, CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            return await act();
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task<TaskLogWriter> OpenAsync(CancellationToken cancellationToken)
    {
        var writer = await TaskLogWriter.OpenAsync(blobs, task, time, cancellationToken);
        _ = signals.RelayAsync(task, writer); // Ends with the writer.
        LastSeq = writer.LastSeq;
        return writer;
    }

    /// <summary>They share the writer, which is of no use any more when one of them has failed: then the other is given up at once.</summary>
    private static async Task BothAsync(
        Func<CancellationToken, Task> first, Func<CancellationToken, Task> second, CancellationToken cancellationToken)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] both = [first(failed.Token), second(failed.Token)];
        if (!(await Task.WhenAny(both)).IsCompletedSuccessfully) await failed.CancelAsync();
        await Task.WhenAll(both);
    }

    private Task TailAsync(
        TaskLogWriter writer, StepReading reading, OutputStream output, LogStream stream, Task runEnded, Action seen,
        CancellationToken cancellationToken)
    {
        var run = reading.Life;
        var source = new LogSource(stepId, run.Name, stream);
        var log = mask.Before((_, chunk, offsetAfter, end, token) => AppendAsync(writer, source, chunk, offsetAfter, end, token));
        var tail = new OutputTail(output, run.Folder.PathOf(output), writer.OffsetOf(run.Name, stream), ShowAsync, time);
        return tail.RunAsync(runEnded, cancellationToken);

        ValueTask ShowAsync(OutputStream from, ReadOnlyMemory<byte> chunk, long offsetAfter, bool end, CancellationToken token)
        {
            if (stream == LogStream.Stdout) reading.See(chunk.Span, offsetAfter);
            if (!chunk.IsEmpty) seen();
            return log(from, chunk, offsetAfter, end, token);
        }
    }

    private async ValueTask AppendAsync(
        TaskLogWriter writer, LogSource source, ReadOnlyMemory<byte> chunk, long offsetAfter, bool end, CancellationToken cancellationToken)
    {
        await writer.AppendAsync(source, chunk, offsetAfter, end, cancellationToken);
        LastSeq = writer.LastSeq;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The log of task {Task} cannot be written; its output waits in the run's folder: {Reason}")]
    private static partial void LogWaits(ILogger logger, string task, string reason);
}
