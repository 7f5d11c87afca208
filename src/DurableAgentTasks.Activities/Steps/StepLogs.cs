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
    public StepLog Of(TaskId task, string stepId) => new(blobs, signals, task, stepId, time, logger);
}

/// <summary>The output of one step on its way into the log of its task.</summary>
public sealed partial class StepLog(IBlobStore blobs, TaskSignals signals, TaskId task, string stepId, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan RetryWait = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Takes the output of a run into the log until the run has ended and all of it is stored, beginning where the log left off.
    /// The command never waits for it; a log that cannot be written is tried again.
    /// </summary>
    public Task FollowAsync(StepRunFolder run, Task runEnded, CancellationToken cancellationToken) =>
        PersistAsync(writer => BothAsync(
            token => TailAsync(writer, run, OutputStream.StandardOutput, LogStream.Stdout, runEnded, token),
            token => TailAsync(writer, run, OutputStream.StandardError, LogStream.Stderr, runEnded, token),
            cancellationToken), cancellationToken);

    /// <summary>Adds a line of the service's own.</summary>
    public Task SystemLineAsync(string text, CancellationToken cancellationToken) =>
        PersistAsync(writer => writer.SystemLineAsync(text, cancellationToken).AsTask(), cancellationToken);

    private async Task PersistAsync(Func<TaskLogWriter, Task> write, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                using var writer = await TaskLogWriter.OpenAsync(blobs, task, time, cancellationToken);
                _ = signals.RelayAsync(task, writer); // Ends with the writer.
                await write(writer);
                return;
            }
            catch (IOException error)
            {
                LogWaits(logger, task.Value, error.Message);
            }

            await Task.Delay(RetryWait, time, cancellationToken);
        }
    }

    /// <summary>They share the writer, which is of no use any more when one of them has failed: then the other is given up at once.</summary>
    private static async Task BothAsync(
        Func<CancellationToken, Task> first, Func<CancellationToken, Task> second, CancellationToken cancellationToken)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] both = [first(failed.Token), second(failed.Token)];
        if (!(await Task.WhenAny(both)).IsCompletedSuccessfully) await failed.CancelAsync();
        await Task.WhenAll(both).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // The other one's complaint about the writer may have been first; the cause is the one that can be tried again.
        await (both.FirstOrDefault(tail => tail.Exception?.InnerException is IOException) ?? Task.WhenAll(both));
    }

    private Task TailAsync(
        TaskLogWriter writer, StepRunFolder run, OutputStream output, LogStream stream, Task runEnded, CancellationToken cancellationToken)
    {
        var source = new LogSource(stepId, run.Name, stream);
        var tail = new OutputTail(
            output, run.Folder.PathOf(output), writer.OffsetOf(run.Name, stream),
            (_, chunk, offsetAfter, end, token) => writer.AppendAsync(source, chunk, offsetAfter, end, token), time);
        return tail.RunAsync(runEnded, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The log of task {Task} cannot be written; its output waits in the run's folder: {Reason}")]
    private static partial void LogWaits(ILogger logger, string task, string reason);
}
