using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Engine.Journal;

internal static partial class JournalLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The last write to {File} was cut short: {Bytes} bytes at offset {Offset}, never acknowledged, were cut off")]
    public static partial void TailCut(this ILogger logger, string file, long offset, long bytes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The disk of {Directory} is full: new work is refused until there is room")]
    public static partial void DiskIsFull(this ILogger logger, string directory, Exception exception);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The disk of {Directory} failed; nothing is written any more, a restart is needed")]
    public static partial void DiskFailed(this ILogger logger, string directory, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The journal in {Directory} was closed while its disk was full: records never acknowledged are lost")]
    public static partial void PendingLost(this ILogger logger, string directory);

    [LoggerMessage(Level = LogLevel.Error, Message = "A callback of the journal threw")]
    public static partial void CallbackFailed(this ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Compacted the journal up to segment {Number}: {Before} bytes became {After}, {Archived} ended streams were archived, in {Took}")]
    public static partial void Compacted(this ILogger logger, int number, long before, long after, int archived, TimeSpan took);

    [LoggerMessage(Level = LogLevel.Error, Message = "The journal in {Directory} could not be compacted; it goes on as it is")]
    public static partial void CompactionFailed(this ILogger logger, string directory, Exception exception);
}
