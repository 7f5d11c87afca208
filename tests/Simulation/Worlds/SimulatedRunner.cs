using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Simulation.Scheduling;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Simulation.Worlds;

/// <summary>
/// The activity <c>RunStep</c>: the attempt is begun, or found where it runs already, and watched for one slice. A call that is not the
/// last one, or of an attempt that is recorded as over, does nothing.
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
            if (IsSuperseded(call)) return new StepOutcome(StepEnding.Superseded, null, null);
            var attempt = world.Machine.AttemptOf(new AttemptKey(call.StepId, call.Attempt));
            if (Look(attempt, call) is { } outcome) return Tell(attempt, call, outcome);
            if (world.Time.Elapsed >= until) return Tell(attempt, call, new StepOutcome(StepEnding.StillRunning, null, null));
            await life.WaitAsync(until - world.Time.Elapsed);
            if (cancellationToken.IsCancellationRequested)
            {
                // The host stops, or the instance was terminated: what runs is ended with it.
                attempt.Process?.End(outcome: null);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private bool IsSuperseded(RunStep call) =>
        life.IsTerminated
        || call.Fence < world.Store.Fence
        || world.Store.StepOf(call.StepId) is not { Status: WorkStatus.InProgress } step
        || step.Attempts != call.Attempt;

    /// <returns>How it has ended; <see langword="null"/> while it goes on.</returns>
    private StepOutcome? Look(SimulatedAttempt attempt, RunStep call)
    {
        if (attempt.Process is { } process && (process.IsAlive || process.Outcome is not null)) return process.Outcome;
        if (attempt.Stop is { } reason) return StepBehaviour.Stopped(reason, "It had been asked to stop.");
        if (attempt.IsFrozen) return null;
        if (attempt.Process is null && world.MayGoWrong(0.01)) return new StepOutcome(StepEnding.NotStarted, null, "The working directory is gone.");
        world.Machine.Begin(attempt, world.Task.KindOf(call.StepId));
        return null;
    }

    private StepOutcome Tell(SimulatedAttempt attempt, RunStep call, StepOutcome outcome)
    {
        var resumed = attempt.Process is { } process && process.Life < life.Number && attempt.ToldLife < life.Number;
        attempt.ToldLife = life.Number;
        return outcome with
        {
            Resumed = resumed,
            HandedOver = outcome.Ending == StepEnding.StillRunning && _dice.Chance(0.1),
            Agent = world.Machine.Sessions.TryGetValue(call.StepId, out var session) ? new AgentReport(session, null, "1.0") : null,
        };
    }
}
