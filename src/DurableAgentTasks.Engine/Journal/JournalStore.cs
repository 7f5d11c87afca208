using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Engine.Journal;

/// <summary>
/// One append-only log for many streams of records, flushed in groups. It knows nothing of orchestrations: a stream is a number
/// that its owner chose, a record is bytes and a mark.
/// </summary>
internal sealed class JournalStore : IAsyncDisposable
{
    /// <summary>Opens the folder, cuts a torn tail, and tells <paramref name="reader"/> all that lives, in the order it was written.</summary>
    /// <exception cref="JournalInUseException">Another process has it open.</exception>
    /// <exception cref="JournalDamagedException">Stored data is not what was written; nothing was changed.</exception>
    public static JournalStore Open(JournalOptions options, IJournalReader reader, TimeProvider time, ILogger logger) =>
        throw new NotSupportedException();

    /// <summary>Whether new work can be taken. What was taken before is written as soon as there is room.</summary>
    public JournalHealth Health => throw new NotSupportedException();

    /// <summary>A stream number that was never used in this folder.</summary>
    public ulong NextStream() => throw new NotSupportedException();

    /// <summary>
    /// Adds a record that must not be refused. Without <paramref name="onDurable"/> it goes to the disk with the next flush
    /// anybody asks for, or some milliseconds later. With it, a flush begins as soon as the one under way ends.
    /// </summary>
    /// <param name="stream">From <see cref="NextStream"/>.</param>
    /// <param name="mark">What the record means for the records before it.</param>
    /// <param name="payload">Copied before the call returns.</param>
    /// <param name="onDurable">Called once, in append order, on the journal's thread: be brief.</param>
    public void Append(ulong stream, RecordMark mark, ReadOnlySpan<byte> payload, IDurableCallback? onDurable = null) =>
        throw new NotSupportedException();

    /// <summary>Like <see cref="Append"/>, but refused (<see langword="false"/>, nothing added) while there is no room for new work.</summary>
    public bool TryAppend(ulong stream, RecordMark mark, ReadOnlySpan<byte> payload, IDurableCallback onDurable) =>
        throw new NotSupportedException();

    /// <summary>The records of a stream since its last <see cref="RecordMark.Begin"/>, oldest first, flushed or not.</summary>
    public IReadOnlyList<byte[]> ReadStream(ulong stream) => throw new NotSupportedException();

    /// <summary>Completes when all that was appended before is on the disk.</summary>
    public Task FlushAsync() => throw new NotSupportedException();

    public ValueTask DisposeAsync() => throw new NotSupportedException();
}

/// <summary>What a record means for the records of its stream before it.</summary>
[Flags]
internal enum RecordMark : byte
{
    None = 0,

    /// <summary>The stream begins (again): its earlier records no longer count.</summary>
    Begin = 1,

    /// <summary>The stream has ended: it may move to an archive; only this record is told at the next opening.</summary>
    End = 2,

    /// <summary>The stream is gone, this record with it. Its number is not used again.</summary>
    Purge = 4,
}

internal interface IJournalReader
{
    /// <summary>A record of a stream that lives, or has ended and is not archived yet.</summary>
    void Record(ulong stream, RecordMark mark, ReadOnlySpan<byte> payload);

    /// <summary>A stream that has ended and is archived.</summary>
    void Archived(ulong stream, ReadOnlySpan<byte> endPayload);
}

/// <summary>Told when a record is on the disk.</summary>
internal interface IDurableCallback
{
    void OnDurable();
}

internal sealed class JournalOptions
{
    public required string Directory { get; init; }

    /// <summary>The size a segment is made with, in bytes.</summary>
    public int SegmentBytes { get; init; } = 16 * 1024 * 1024;
}

internal enum JournalState
{
    /// <summary>New work is taken.</summary>
    Available,

    /// <summary>The disk is full; it goes on by itself once there is room.</summary>
    Full,

    /// <summary>The disk failed; only a restart finds out what it holds.</summary>
    Broken,
}

/// <param name="State">Whether new work is taken.</param>
/// <param name="Message">Why not, and what to do; <see langword="null"/> while it is.</param>
internal sealed record JournalHealth(JournalState State, string? Message);

/// <summary>Another process has the folder open.</summary>
public sealed class JournalInUseException(string message) : IOException(message);

/// <summary>Stored data is not what was written.</summary>
/// <param name="file">The file.</param>
/// <param name="offset">Where in it, in bytes.</param>
/// <param name="problem">What is wrong there.</param>
public sealed class JournalDamagedException(string file, long offset, string problem)
    : IOException($"The journal is damaged: {file}, offset {offset}: {problem}. Nothing was changed. Run the repair the README describes; it keeps every other instance.")
{
    public string File { get; } = file;

    public long Offset { get; } = offset;
}
