namespace DurableAgentTasks.Engine.Journal;

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
