namespace DurableAgentTasks.Engine.Journal;

/// <summary>
/// Told at the opening what the journal holds: archived streams first, then records in the order of writing. A record that begins
/// or purges its stream makes void what was told of that before, an archived end included.
/// </summary>
internal interface IJournalReader
{
    /// <summary>A record of a stream that lives, or has ended and is not archived yet.</summary>
    /// <param name="stream">Its number.</param>
    /// <param name="mark">What it means; <see cref="RecordMark.Purge"/> too, of what was not compacted since.</param>
    /// <param name="payload">Valid during the call.</param>
    void Record(ulong stream, RecordMark mark, ReadOnlySpan<byte> payload);

    /// <summary>A stream that has ended and is archived.</summary>
    /// <param name="stream">Its number.</param>
    /// <param name="endPayload">The payload of its last record. Valid during the call.</param>
    void Archived(ulong stream, ReadOnlySpan<byte> endPayload);
}
