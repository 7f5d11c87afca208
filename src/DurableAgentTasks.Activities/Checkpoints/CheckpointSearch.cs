using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Checkpoints;

namespace DurableAgentTasks.Activities.Checkpoints;

/// <summary>Finds the checkpoint that is wanted, or the one before it where that is damaged.</summary>
public sealed class CheckpointSearch(CheckpointStore checkpoints)
{
    /// <param name="task">Who asks.</param>
    /// <param name="wanted">Which one, of whatever task; <see langword="null"/> is the last of the task.</param>
    /// <param name="but">One that does not count, nor those after it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>A whole one, or none, and why it is not the one that was wanted.</returns>
    internal async Task<(Checkpoint? Found, string? Problem)> FindAsync(TaskId task, string? wanted, CheckpointId? but, CancellationToken cancellationToken)
    {
        var (owner, upTo) = (task, (int?)null);
        if (wanted is not null)
        {
            if (!CheckpointId.TryParse(wanted, out var id)) return (null, $"{wanted} is no id of a checkpoint: 16 hex digits in lower case.");
            if (!await checkpoints.ExistsAsync(task, id, cancellationToken))
            {
                if (await checkpoints.OwnerOfAsync(id, cancellationToken) is not { } another) return (null, $"There is no checkpoint {wanted}, or it is not kept any more.");
                owner = another;
            }

            upTo = (await checkpoints.ListAsync(owner, cancellationToken)).FirstOrDefault(name => name.Id == id).Number;
        }
        else if (but is { } last && (await checkpoints.ListAsync(task, cancellationToken)).FirstOrDefault(name => name.Id == last) is { Number: > 0 } there)
        {
            upTo = there.Number - 1;
        }

        var found = await checkpoints.FindWholeAsync(owner, upTo, cancellationToken);
        if (found.Checkpoint is null && found.Refused.Count == 0) return (null, "There is no checkpoint yet.");
        if (found.Refused.Count == 0) return (found.Checkpoint, null);
        var damaged = string.Join(' ', found.Refused.Take(3).Select(refused => $"Checkpoint {refused.Id} is damaged: {refused.Reason}"));
        return found.Checkpoint is { } before
            ? (before, $"{damaged} The one before it, {before.Id}, was used.")
            : (null, $"{damaged} There is none before it.");
    }
}
