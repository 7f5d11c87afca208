using DurableAgentTasks.Core.Checkpoints;

namespace DurableAgentTasks.Storage.Checkpoints;

/// <param name="Whole">Those whose records are what was written, in order of their numbers.</param>
/// <param name="Damaged">Those that are not.</param>
public sealed record StoredCheckpoints(IReadOnlyList<Checkpoint> Whole, IReadOnlyList<DamagedCheckpoint> Damaged)
{
    internal bool Has(CheckpointId id) => Whole.Any(checkpoint => checkpoint.Id == id) || Damaged.Any(damaged => damaged.Id == id);

    internal int NewerThan(int number) => Whole.Count(checkpoint => checkpoint.Number > number) + Damaged.Count(damaged => damaged.Number > number);
}

/// <summary>A checkpoint that cannot be used; its existence is news for the operator.</summary>
/// <param name="Number">Of the checkpoint.</param>
/// <param name="Id">Of the checkpoint.</param>
/// <param name="Reason">For people: what is missing, cut or altered.</param>
public sealed record DamagedCheckpoint(int Number, CheckpointId Id, string Reason);

/// <summary>The newest checkpoint that is whole, down to the last byte of what it needs.</summary>
/// <param name="Checkpoint"><see langword="null"/> if there is none.</param>
/// <param name="Refused">The newer ones that are not, newest first.</param>
public sealed record WholeCheckpoint(Checkpoint? Checkpoint, IReadOnlyList<DamagedCheckpoint> Refused);
