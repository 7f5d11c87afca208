using System.Collections.Concurrent;
using System.Text.Json;
using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Activities.Workspaces;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Steps;
using DurableAgentTasks.Workflow.Activities;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>
/// Lets an attempt run on one host at a time, see <see cref="StepClaims"/>:
/// <list type="number">
/// <item>It waits for the lease of its task. While another host has that, the attempt may run there: how it ends there is how it ended.</item>
/// <item>It runs under the <see cref="HeldLease"/>, and how it ended is kept in the claim.</item>
/// <item>The lease is given back.</item>
/// </list>
/// </summary>
public sealed partial class StepLeases(
    StepClaims claims, TaskWorkspaces workspaces, RunningSteps running, StepHosting hosting, StepHolds holds, ITaskClient client, StorageRetry retry, TimeProvider time,
    ILogger<StepLeases> logger)
{
    /// <summary>The attempts that this process has begun, as long as the claim may say so: what it lost the lease of has not gone down with it.</summary>
    private readonly ConcurrentDictionary<StepKey, bool> _begun = [];

    /// <summary>Claims the task for the attempt of a call.</summary>
    /// <returns>The claim as it stands: another attempt may have it, or this one may be over.</returns>
    internal Task<StepClaim> ClaimAsync(RunStep input, CancellationToken cancellationToken) => retry.RunAsync(
        token => claims.ClaimAsync(
            TaskId.Parse(input.TaskId), input.Fence, input.StepId, input.Attempt, JsonSerializer.SerializeToElement(input, TaskJson.Options), token),
        cancellationToken);

    /// <summary>Takes the lease for an attempt that an earlier life of this host began, and that outlived it.</summary>
    /// <returns>The call to go on with; <see langword="null"/> if the attempt is over, or another host's now.</returns>
    internal async Task<RunStep?> TryGoOnAsync(StepKey key, CancellationToken cancellationToken)
    {
        var task = TaskId.Parse(key.TaskId);
        var claim = await claims.ReadAsync(task, cancellationToken);
        return claim.IsOf(key.StepId, key.Attempt) && claim is { Outcome: null, Call: { } call } && claim.Host == workspaces.Here.Host
            && await claims.TryLeaseAsync(task, Here(), cancellationToken) is not null
                ? call.Deserialize<RunStep>(TaskJson.Options)
                : null;
    }

    /// <summary>Ends what runs of a task, here and on any other host, and completes when nothing does.</summary>
    /// <returns>The fence that a call must pass to run anything of it again.</returns>
    public async Task<long> VacateAsync(TaskId task, CancellationToken cancellationToken)
    {
        await running.EndAsync(task, cancellationToken);
        var fence = await retry.RunAsync(token => claims.TakeOverAsync(task, token), cancellationToken);
        while (true)
        {
            await using var lease = await retry.RunAsync(token => claims.TryLeaseAsync(task, Here(), token), cancellationToken);
            if (lease is not null) return fence;
            await Task.Delay(HeldLease.LookEvery, time, cancellationToken);
        }
    }

    /// <summary>What the outcome in a claim says.</summary>
    internal static StepOutcome Read(JsonElement outcome) => outcome.Deserialize<StepOutcome>(TaskJson.Options)!;

    internal async Task<StepOutcome> RunAsync(RunningStep step, Func<Task<StepOutcome>> run)
    {
        // 1. Until then there is no program here to wait for.
        step.Stop.Program = Task.CompletedTask;
        var (lease, over) = await TakeAsync(step);
        if (lease is null) return over!;
        step.Stop.Program = null;
        try
        {
            // 2.
            await using var held = lease.Begin();
            var outcome = await run();
            await KeepAsync(step, outcome);
            if (step.Stop.IsSuperseded) await GiveUpAsync(step);
            else _begun.TryRemove(step.Key, out _);
            return outcome;
        }
        catch (Exception)
        {
            await GiveUpAsync(step);
            throw;
        }
        finally
        {
            // 3.
            await lease.ReleaseAsync();
        }
    }

    private async Task<(HeldLease? Lease, StepOutcome? Over)> TakeAsync(RunningStep step)
    {
        while (true)
        {
            try
            {
                var asked = time.GetTimestamp();
                var lease = await claims.TryLeaseAsync(TaskOf(step), Here(), step.Stop.Host);
                var held = lease is null ? null : new HeldLease(step, lease, asked, token => LookAsync(step, token), hosting.AmongOthers ? holds : null, time, logger);
                var claim = await claims.ReadAsync(TaskOf(step), step.Stop.Host);
                var over = !claim.IsOf(step.Key.StepId, step.Key.Attempt) ? RunningStep.Superseded : claim.Outcome is { } outcome ? Read(outcome) : null;
                if (over is null && held is not null)
                {
                    await BeginAsync(step, claim);
                    return (held, null);
                }

                if (held is not null) await held.ReleaseAsync();
                if (over is not null) return (null, over);
            }
            catch (Exception error) when (StorageFault.Is(error))
            {
                LogWaits(logger, step.Key.StepId, step.Key.TaskId, StorageFault.Say(error));
            }

            await Task.Delay(HeldLease.LookEvery, time, step.Stop.Host);
        }
    }

    private async Task BeginAsync(RunningStep step, StepClaim claim)
    {
        var here = workspaces.Here.Host;
        step.HostCrashed = claim is { Host: not null, GivenUp: false } && (claim.Host == here || claim.HasStarted) && !(claim.Host == here && _begun.ContainsKey(step.Key));
        _begun[step.Key] = true;
        if (claim.Host is not null && claim.Host != here) step.Moved();
        if (hosting.AmongOthers) step.Starts = token => retry.RunAsync(stop => claims.StartAsync(TaskOf(step), step.Key.StepId, step.Key.Attempt, here, stop), token);
        if (claim.Host == here && claim.GivenUp == false) return;
        await claims.BeginAsync(TaskOf(step), step.Key.StepId, step.Key.Attempt, here, step.Stop.Host);
    }

    /// <summary>
    /// Heeds what was done past the orchestration: its instance suspended, or over though the step runs (terminated, or failed by an exception,
    /// and maybe purged since), the task claimed, or something asked, on another host.
    /// </summary>
    private async Task LookAsync(RunningStep step, CancellationToken cancellationToken)
    {
        var instance = await client.GetAsync(step.Key.TaskId, payloads: false, cancellationToken);
        step.Freeze.Set(FreezeCause.Suspended, instance is { Status: RuntimeStatus.Suspended });
        if (instance is null or { HasEnded: true }) step.Stop.Supersede();
        if (!hosting.AmongOthers) return;
        var claim = await claims.ReadAsync(TaskOf(step), cancellationToken);
        if (!claim.IsOf(step.Key.StepId, step.Key.Attempt)) step.Stop.Supersede();
        await running.TellStoredAsync(step, cancellationToken);
    }

    private async Task GiveUpAsync(RunningStep step)
    {
        if (step.Stop.Lost.IsCancellationRequested) return;
        try
        {
            await claims.GiveUpAsync(TaskOf(step), step.Key.StepId, step.Key.Attempt, workspaces.Here.Host, CancellationToken.None);
            _begun.TryRemove(step.Key, out _);
        }
        catch (Exception error) when (StorageFault.Is(error))
        {
            LogNotGivenUp(logger, step.Key.StepId, step.Key.TaskId, StorageFault.Say(error));
        }
    }

    private async Task KeepAsync(RunningStep step, StepOutcome outcome)
    {
        if (step.Stop.IsSuperseded) return;
        var json = JsonSerializer.SerializeToElement(step.Untold(outcome), TaskJson.Options);
        await retry.RunAsync(token => claims.EndAsync(TaskOf(step), step.Key.StepId, step.Key.Attempt, json, token), step.Stop.Host);
    }

    /// <summary>This host as a holder of leases. Its next life is the same holder, and has them at once.</summary>
    private Guid Here() => Guid.Parse(workspaces.Here.Host);

    private static TaskId TaskOf(RunningStep step) => TaskId.Parse(step.Key.TaskId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether step {Step} of task {Task} may begin cannot be seen now: {Reason}")]
    private static partial void LogWaits(ILogger logger, string step, string task, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "That step {Step} of task {Task} was ended in order cannot be stored, so that it counts as a crash: {Reason}")]
    private static partial void LogNotGivenUp(ILogger logger, string step, string task, string reason);
}
