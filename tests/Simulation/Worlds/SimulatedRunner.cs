using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Simulation.Scheduling;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Simulation.Worlds;

/// <summary>
/// The activity <c>RunStep</c>: the attempt is begun, or found where it runs already, and watched for one slice. A call that is not the
/// last one, or of an attempt that is recorded as over, does nothing. A host that loses its lease ends what it runs, and tells nothing of it;
/// another one waits for the lease, and begins the attempt again, or finds that it has failed.
/// </summary>
internal sealed class SimulatedRunner(World world, HostLife life)
{
    private readonly Dice _dice = world.Dice.Fork();

    public async Task<StepOutcome> RunAsync(RunStep call, CancellationToken cancellationToken)
    {
        world.Rules.Called(call);
        if (call.Fence > world.Store.Fence)
        {
            world.Store.Fence = call.Fence;
            life.WakeAll();
        }

        var until = world.Time.Elapsed + _dice.Between(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(15));
        while (true)
        {
            if (IsSuperseded(call)) return Superseded;
            var attempt = world.Machine.AttemptOf(new AttemptKey(call.StepId, call.Attempt));
            var wait = world.Lease.Wait;
            if (wait == TimeSpan.Zero && Look(attempt, call) is { } outcome) return Tell(attempt, call, outcome);
            if (world.Time.Elapsed >= until) return Tell(attempt, call, new StepOutcome(StepEnding.StillRunning, null, null));
            if (wait == TimeSpan.Zero && attempt.Process is { IsAlive: true } process && world.MayGoWrong(0.04))
            {
                await LoseAsync(process, cancellationToken);
                if (_dice.Chance(0.5)) return Superseded;

                // Its answer does not come either: the call is delivered again, to another host.
                world.Disturbances.Add(UnreliableCalls.Redelivery);
                await life.DelayAsync(UnreliableCalls.Redelivery, cancellationToken);
                continue;
            }

            await life.WaitAsync(wait > TimeSpan.Zero ? wait : until - world.Time.Elapsed);
            if (cancellationToken.IsCancellationRequested)
            {
                // The host stops, or the instance was terminated: what runs is ended with it.
                attempt.Process?.End(outcome: null);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private static StepOutcome Superseded => new(StepEnding.Superseded, null, null);

    private bool IsSuperseded(RunStep call) =>
        life.IsTerminated
        || call.Fence < world.Store.Fence
        || world.Store.StepOf(call.StepId) is not { Status: WorkStatus.InProgress } step
        || step.Attempts != call.Attempt;

    /// <returns>How it has ended; <see langword="null"/> while it goes on.</returns>
    private StepOutcome? Look(SimulatedAttempt attempt, RunStep call)
    {
        if (attempt.Process is { } process && (process.IsAlive ? !process.IsLost : process.Outcome is not null)) return process.Outcome;
        if (attempt.Stop is { } reason) return StepBehaviour.Stopped(reason, "It had been asked to stop.");
        if (attempt.IsFrozen) return null;
        if (attempt.Process is null && world.MayGoWrong(0.01)) attempt.NotStarted = new StepOutcome(StepEnding.NotStarted, null, "The working directory is gone.");
        if (attempt.NotStarted is { } notStarted) return notStarted;
        world.Machine.Begin(attempt, world.Task.KindOf(call.StepId));
        return null;
    }

    /// <summary>The host does not reach the storage any more, and completes when it has given the task up.</summary>
    private async Task LoseAsync(SimulatedProcess process, CancellationToken cancellationToken)
    {
        var left = world.Lease.Lose(_dice.Between(TimeSpan.Zero, SimulatedLease.RenewedEvery));
        world.Coverage.Count("lease: lost");
        world.Trace?.Add($"* {process.Key} is lost by its host");
        world.Disturbances.Add(world.Lease.Wait);
        process.Lose(_dice.Chance(0.5) ? StepBehaviour.Crashed : null);
        if (world.Mistake != Mistake.OutlivesItsLease) world.Time.After(left, () => process.End(outcome: null));
        await life.DelayAsync(left, cancellationToken);
    }

    private StepOutcome Tell(SimulatedAttempt attempt, RunStep call, StepOutcome outcome)
    {
        var resumed = attempt.Process is { } process && process.Life < life.Number && attempt.ToldLife < life.Number;
        var moved = attempt.HasMoved;
        (attempt.ToldLife, attempt.HasMoved) = (life.Number, false);
        return outcome with
        {
            Resumed = resumed || moved,
            Moved = moved,
            WasSuspended = attempt.Process is { Ran: [var first, ..] } && world.Suspended.Within(first.From, world.Time.Elapsed).Parts > 0,
            HandedOver = outcome.Ending == StepEnding.StillRunning && _dice.Chance(0.1),
            Agent = world.Machine.Sessions.TryGetValue(call.StepId, out var session) ? new AgentReport(session, null, "1.0") : null,
        };
    }
}
