using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Problems;
using DurableAgentTasks.Http.Status;
using DurableAgentTasks.Storage.Checkpoints;

namespace DurableAgentTasks.Http.Checkpoints;

/// <summary>Finds the checkpoints that addresses name.</summary>
internal sealed class CheckpointLookup(CheckpointStore checkpoints, TaskStatusReader status)
{
    /// <returns>The checkpoint, or why the request is refused.</returns>
    public async Task<(Checkpoint? Found, ProblemResult? Refused)> FindAsync(string id, string checkpoint, CancellationToken cancellationToken)
    {
        if (!TaskId.TryParse(id, out var task)) return (null, Refusal.NoTaskId());
        if (await status.ReadStoredAsync(task, cancellationToken) is null) return (null, Refusal.TaskNotFound(task));
        return await FindAsync(task, checkpoint, cancellationToken);
    }

    /// <inheritdoc cref="FindAsync(string, string, CancellationToken)"/>
    public async Task<(Checkpoint? Found, ProblemResult? Refused)> FindAsync(TaskId task, string checkpoint, CancellationToken cancellationToken)
    {
        if (!CheckpointId.TryParse(checkpoint, out var id)) return (null, Refusal.CheckpointNotFound(task, $"A checkpoint id is {CheckpointId.Length} hex digits in lower case."));
        var found = await checkpoints.FindAsync(task, id, cancellationToken);
        return found.Checkpoint is not null
            ? (found.Checkpoint, null)
            : (null, Refusal.CheckpointNotFound(task, found.Refused is [var damaged, ..] ? $"It is damaged. {damaged.Reason}" : null));
    }

    /// <summary>The newest one of the task's work before; <see langword="null"/> if there is none that can be read.</summary>
    public async Task<Checkpoint?> BeforeAsync(Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        var names = await checkpoints.ListAsync(checkpoint.TaskId, cancellationToken);
        foreach (var (number, id) in names.Where(name => name.Number < checkpoint.Number).Reverse())
        {
            if ((await checkpoints.ReadAsync(checkpoint.TaskId, number, id, cancellationToken)).Checkpoint is { IsRescued: false } before) return before;
        }

        return null;
    }
}
