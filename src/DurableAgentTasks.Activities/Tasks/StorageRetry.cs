using DurableAgentTasks.Storage.Blobs;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Activities.Tasks;

/// <summary>Waits out a storage that cannot be written for a while, such as a full disk: running work must not fail for it.</summary>
public sealed partial class StorageRetry(TimeProvider time, ILogger<StorageRetry> logger)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    public Task RunAsync(Func<CancellationToken, Task> write, CancellationToken cancellationToken) => RunAsync(
        async token =>
        {
            await write(token);
            return true;
        },
        cancellationToken);

    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> write, CancellationToken cancellationToken)
    {
        for (var wait = FirstWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            try
            {
                return await write(cancellationToken);
            }
            catch (Exception error) when (StorageFault.Is(error))
            {
                LogWaits(logger, wait.TotalSeconds, StorageFault.Say(error));
            }

            await Task.Delay(wait, time, cancellationToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Storage cannot be written; trying again in {Seconds} s: {Reason}")]
    private static partial void LogWaits(ILogger logger, double seconds, string reason);
}
