using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>
/// The activity <c>RunStep</c>: the attempt is begun, or found where it runs already, and watched for one slice. Between two slices
/// it goes on unwatched. When the host stops, the attempt is ended with it, and the engine calls again, in its next life or on another host.
/// A call that is not the last one for its task is superseded and does nothing; the last one ends what else runs of the task.
/// </summary>
public sealed class StepRunner(RunningSteps running, StepAttempts attempts, StepLeases leases, StepHosting hosting, AgentOptions options, TimeProvider time)
{
    public async Task<StepOutcome> RunAsync(RunStep input, CancellationToken hostStops)
    {
        var key = StepKey.Of(input);
        var claim = await leases.ClaimAsync(input, hostStops);
        if (claim.Fence > input.Fence || !claim.IsOf(input.StepId, input.Attempt)) return RunningStep.Superseded;
        if (claim.Outcome is { } outcome && !running.Has(key)) return StepLeases.Read(outcome);
        await running.EndOthersAsync(key, hostStops);
        var step = GetOrBegin(key, input);
        await using var stopping = hostStops.UnsafeRegister(_ => step.Stop.HostStops(), null);
        using var watched = new CancellationTokenSource();
        await Task.WhenAny(step.Outcome, Task.Delay(options.Slice, time, watched.Token));
        await watched.CancelAsync();
        if (!step.Outcome.IsCompleted && !hostStops.IsCancellationRequested)
            return step.Tell(new StepOutcome(StepEnding.StillRunning, null, null) { Agent = step.Report() });

        try
        {
            return step.Tell(await step.Outcome);
        }
        catch (OperationCanceledException)
        {
            // What the agent reported lets another host go on in its session.
            if (hosting.AmongOthers && hostStops.IsCancellationRequested) return new StepOutcome(StepEnding.StillRunning, null, null) { Agent = step.Report(), HandedOver = true };

            // All steps of this process are ended; the engine may be next. Until then it must not take that for an end of the attempt.
            await Task.Delay(Timeout.InfiniteTimeSpan, time, hostStops);
            throw;
        }
        finally
        {
            running.Forget(step);
        }
    }

    /// <summary>Goes on with an attempt that nobody has called for yet in this life of the host.</summary>
    internal void GoOn(RunStep input)
    {
        var step = GetOrBegin(StepKey.Of(input), input);

        // Another host may be called for it: it finds in the claim how the attempt ended.
        _ = step.WhenOver.ContinueWith(_ => running.Forget(step), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private RunningStep GetOrBegin(StepKey key, RunStep input) =>
        running.GetOrBegin(key, mine => leases.RunAsync(mine, () => attempts.RunAsync(input, mine)));
}
