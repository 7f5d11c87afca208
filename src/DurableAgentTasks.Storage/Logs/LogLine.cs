namespace DurableAgentTasks.Storage.Logs;

/// <summary>Where a line comes from; <see cref="System"/> lines are the service's own.</summary>
public enum LogStream
{
    Stdout = 1,
    Stderr = 2,
    System = 3,
}

/// <summary>One output of one process.</summary>
/// <param name="StepId">The step it runs for, at most 255 bytes of UTF-8.</param>
/// <param name="Run">Which run of the step, at most 255 bytes of UTF-8; no two runs of a task have the same.</param>
/// <param name="Stream">Which of its outputs.</param>
public sealed record LogSource(string StepId, string Run, LogStream Stream);

/// <param name="Seq">From 1, without gaps, over all streams of the task.</param>
/// <param name="Time">When it was taken in.</param>
/// <param name="Stream">Where it came from.</param>
/// <param name="StepId"><see langword="null"/> for system lines.</param>
/// <param name="Text">Without its line end; what is no UTF-8 reads as U+FFFD.</param>
/// <param name="Truncated">The line is longer than 64 KiB, and this is its beginning; the raw log has it whole.</param>
public sealed record LogLine(long Seq, DateTimeOffset Time, LogStream Stream, string? StepId, string Text, bool Truncated);

/// <param name="Lines">In order of their numbers.</param>
/// <param name="Next">What to ask for next as <c>after</c>; the number asked for if there is nothing new.</param>
public sealed record LogPage(IReadOnlyList<LogLine> Lines, long Next);
