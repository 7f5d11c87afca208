using System.Text.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Storage.Steps;

/// <summary>
/// Keeps two runners from working on one task. The claim says which attempt may run; the lease says on which host it does. Whoever finds
/// that another attempt has the claim ends its own and gives the lease back, and nobody begins without the lease.
/// </summary>
public sealed class StepClaims(IBlobStore blobs)
{
    /// <summary>How long a lease lasts that is not renewed.</summary>
    public static readonly TimeSpan LeaseDuration = TimeSpan.FromSeconds(60);

    public async Task<StepClaim> ReadAsync(TaskId task, CancellationToken cancellationToken) =>
        (await blobs.ReadJsonAsync<StepClaim>(TaskBlobs.Claim(task), cancellationToken))?.Value ?? new StepClaim();

    /// <summary>Claims the task for an attempt, unless a call of the same or a higher fence has.</summary>
    /// <param name="task">Whose.</param>
    /// <param name="fence">Of the call.</param>
    /// <param name="stepId">Which step.</param>
    /// <param name="attempt">Which attempt of it.</param>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The claim as it stands.</returns>
    public Task<StepClaim> ClaimAsync(TaskId task, long fence, string stepId, int attempt, JsonElement call, CancellationToken cancellationToken) => ChangeAsync(
        task,
        claim => fence <= claim.Fence ? claim
            : claim.IsOf(stepId, attempt) ? claim with { Fence = fence, Call = call }
            : new StepClaim { Fence = fence, StepId = stepId, Attempt = attempt, Call = call },
        cancellationToken);

    /// <summary>Keeps which host has begun an attempt, if it still has the claim.</summary>
    public Task BeginAsync(TaskId task, string stepId, int attempt, string host, CancellationToken cancellationToken) =>
        ChangeAsync(task, claim => claim.IsOf(stepId, attempt) ? claim with { Host = host, GivenUp = false, HasStarted = false } : claim, cancellationToken);

    /// <summary>Keeps that a host starts a program of an attempt, if it still is the one that began it last.</summary>
    public Task StartAsync(TaskId task, string stepId, int attempt, string host, CancellationToken cancellationToken) =>
        ChangeAsync(task, claim => claim.IsOf(stepId, attempt) && claim.Host == host ? claim with { HasStarted = true } : claim, cancellationToken);

    /// <summary>Keeps that a host has ended an attempt in order, if it still is the one that began it last.</summary>
    public Task GiveUpAsync(TaskId task, string stepId, int attempt, string host, CancellationToken cancellationToken) =>
        ChangeAsync(task, claim => claim.IsOf(stepId, attempt) && claim.Host == host ? claim with { GivenUp = true } : claim, cancellationToken);

    /// <summary>Keeps how an attempt ended, if it still has the claim.</summary>
    public Task EndAsync(TaskId task, string stepId, int attempt, JsonElement outcome, CancellationToken cancellationToken) =>
        ChangeAsync(task, claim => claim.IsOf(stepId, attempt) ? claim with { Outcome = outcome } : claim, cancellationToken);

    /// <summary>Takes the claim from whichever attempt has it, so that none may run until a call of a higher fence.</summary>
    /// <returns>The fence of that.</returns>
    public async Task<long> TakeOverAsync(TaskId task, CancellationToken cancellationToken) =>
        (await ChangeAsync(task, claim => new StepClaim { Fence = claim.Fence + 1 }, cancellationToken)).Fence;

    /// <summary>Takes the lease for a host; a host that has it already has it anew.</summary>
    /// <returns><see langword="null"/> if another host has it.</returns>
    public Task<IBlobLease?> TryLeaseAsync(TaskId task, Guid host, CancellationToken cancellationToken) =>
        blobs.TryLeaseAsync(TaskBlobs.RunnerLease(task), host, LeaseDuration, cancellationToken);

    private Task<StepClaim> ChangeAsync(TaskId task, Func<StepClaim, StepClaim> change, CancellationToken cancellationToken) =>
        blobs.ChangeJsonAsync(TaskBlobs.Claim(task), change, cancellationToken);
}
