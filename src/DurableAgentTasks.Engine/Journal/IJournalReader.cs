namespace DurableAgentTasks.Engine.Journal;

internal interface IJournalReader
{
    /// <summary>A record of a stream that lives, or has ended and is not archived yet.</summary>
    void Record(ulong stream, RecordMark mark, ReadOnlySpan<byte> payload);

    /// <summary>A stream that has ended and is archived.</summary>
    void Archived(ulong stream, ReadOnlySpan<byte> endPayload);
}
