namespace DurableAgentTasks.Engine.Journal;

/// <summary>What a repair found and did.</summary>
/// <param name="Damage">Every stretch of a file that cannot be read; empty if there was nothing to repair and nothing was changed.</param>
/// <param name="Lost">The streams that lost a record and were dropped, all of their records with it.</param>
/// <param name="KeptStreams">How many streams are whole.</param>
/// <param name="DamagedFiles">The folder the damaged files were moved to; <see langword="null"/> if none were damaged.</param>
public sealed record RepairReport(
    IReadOnlyList<DamagedStretch> Damage, IReadOnlyList<LostStream> Lost, int KeptStreams, string? DamagedFiles);

/// <param name="File">The file's name.</param>
/// <param name="Offset">Where it begins, in bytes.</param>
/// <param name="Length">How long it is, in bytes; 0 if the file is missing or has been cut off here.</param>
public sealed record DamagedStretch(string File, long Offset, long Length);

/// <param name="Stream">Its number.</param>
/// <param name="LastKnown">The payload of its last readable record that began or ended it, to tell whose stream it was; <see langword="null"/> if there is none.</param>
public sealed record LostStream(ulong Stream, ReadOnlyMemory<byte>? LastKnown);
