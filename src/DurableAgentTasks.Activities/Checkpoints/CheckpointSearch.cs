using System.Globalization;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Checkpoints;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Activities.Checkpoints;

/// <summary>Finds the checkpoint that is wanted, or the one before it where that is damaged or its record missing.</summary>
public sealed class CheckpointSearch(CheckpointStore checkpoints, TaskStore store)
{
    /// <param name="task">Who asks.</param>
    /// <param name="wanted">Which one, of whatever task; <see langword="null"/> is the last of the task's work.</param>
    /// <param name="but">One that does not count, nor those after it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>A whole one, or none, and why it is not the one that was wanted.</returns>
    internal async Task<(Checkpoint? Found, string? Problem)> FindAsync(TaskId task, string? wanted, CheckpointId? but, CancellationToken cancellationToken)
    {
        var id = default(CheckpointId);
        if (wanted is not null && !CheckpointId.TryParse(wanted, out id)) return (null, $"{wanted} is no id of a checkpoint: 16 hex digits in lower case.");
        var last = await LastOfAsync(task, cancellationToken);
        var place = wanted is null ? await NewestAsync(task, but, last, cancellationToken) : await PlaceOfAsync(task, id, last, cancellationToken);
        if (place is null) return (null, $"There is no checkpoint {wanted}, or it is not kept any more.");

        var found = await checkpoints.FindWholeAsync(place.Owner, place.UpTo, place.Taken, wanted is null ? null : id, cancellationToken);
        if (found.Checkpoint is null && found.Refused.Count == 0) return (null, "There is no checkpoint yet.");
        if (found.Refused.Count == 0) return (found.Checkpoint, null);
        var damaged = string.Join(' ', found.Refused.Take(3).Select(refused => $"Checkpoint {refused.Id} is damaged: {refused.Reason}"));
        return found.Checkpoint is { } before
            ? (before, $"{damaged} The one before it, {before.Id}, was used.")
            : (null, $"{damaged} There is none before it.");
    }

    private async Task<Place> NewestAsync(TaskId task, CheckpointId? but, (int Number, CheckpointId Id)? last, CancellationToken cancellationToken)
    {
        var upTo = but is { } id ? await NumberOfAsync(task, id, cancellationToken) - 1 : null;
        return new Place(task, upTo, last is { } taken && taken.Id != but && taken.Number <= (upTo ?? int.MaxValue) ? last : null);
    }

    private async Task<Place?> PlaceOfAsync(TaskId task, CheckpointId id, (int Number, CheckpointId Id)? last, CancellationToken cancellationToken)
    {
        if (await NumberOfAsync(task, id, cancellationToken) is { } mine) return new Place(task, mine, Taken: null);
        var (owner, number) = await checkpoints.FindNoteAsync(id, cancellationToken) ?? (task, last?.Id == id ? last.Value.Number : 0);
        if (owner != task && await NumberOfAsync(owner, id, cancellationToken) is { } its) return new Place(owner, its, Taken: null);

        // Its number may be another one's since, on a host that found no record of it.
        return number > 0 ? new Place(owner, number - 1, (number, id)) : null;
    }

    private async Task<int?> NumberOfAsync(TaskId task, CheckpointId id, CancellationToken cancellationToken) =>
        (await checkpoints.ListAsync(task, cancellationToken)).FirstOrDefault(name => name.Id == id) is { Number: > 0 } there ? there.Number : null;

    /// <summary>The last checkpoint that the task's record knows: it was taken, and is kept.</summary>
    private async Task<(int Number, CheckpointId Id)?> LastOfAsync(TaskId task, CancellationToken cancellationToken)
    {
        if ((await store.ReadRecordAsync<TaskRecord>(task, cancellationToken))?.Value.LastCheckpoint is not { Ref: { } name } last) return null;
        return CheckpointId.TryParse(last.Id, out var id)
            && int.TryParse(name[(name.LastIndexOf('/') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? (number, id)
                : null;
    }

    /// <param name="Owner">Whose it is.</param>
    /// <param name="UpTo">The greatest number that counts; <see langword="null"/>: any.</param>
    /// <param name="Taken">One that was taken, for certain.</param>
    private sealed record Place(TaskId Owner, int? UpTo, (int Number, CheckpointId Id)? Taken);
}
