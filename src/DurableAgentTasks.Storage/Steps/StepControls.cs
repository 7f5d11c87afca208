using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Storage.Steps;

/// <summary>
/// What is asked of attempts of steps. Each attempt has a record of its own, so that nothing that was asked of one is taken by another;
/// it goes with the task.
/// </summary>
public sealed class StepControls(IBlobStore blobs)
{
    /// <summary>Asks an attempt to stop; the first reason is the one that counts.</summary>
    public Task RequestStopAsync(TaskId task, string stepId, int attempt, string reason, CancellationToken cancellationToken) =>
        blobs.ChangeJsonAsync<StepControl>(TaskBlobs.Control(task, stepId, attempt), control => control with { Stop = control.Stop ?? reason }, cancellationToken);

    /// <summary>Asks that the processes of an attempt stand still, or go on; what was asked last counts.</summary>
    public Task RequestFreezeAsync(TaskId task, string stepId, int attempt, bool frozen, CancellationToken cancellationToken) =>
        blobs.ChangeJsonAsync<StepControl>(TaskBlobs.Control(task, stepId, attempt), control => control with { Frozen = frozen }, cancellationToken);

    /// <summary>What was asked of an attempt so far.</summary>
    public async Task<StepControl> ReadAsync(TaskId task, string stepId, int attempt, CancellationToken cancellationToken) =>
        (await blobs.ReadJsonAsync<StepControl>(TaskBlobs.Control(task, stepId, attempt), cancellationToken))?.Value ?? new StepControl();
}
