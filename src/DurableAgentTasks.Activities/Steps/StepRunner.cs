using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>
/// The activity <c>RunStep</c>: the attempt is begun, or found where it runs already, and watched for one slice. Between two slices
/// it goes on unwatched. When the host stops, the attempt is ended with it, and the engine calls again in its next life.
/// </summary>
public sealed class StepRunner(RunningSteps running, StepAttempts attempts, AgentOptions options, TimeProvider time)
{
    public async Task<StepOutcome> RunAsync(RunStep input, CancellationToken hostStops)
    {
        hostStops.ThrowIfCancellationRequested();
        var step = running.GetOrBegin(StepKey.Of(input), mine => attempts.RunAsync(input, mine));
        await using var stopping = hostStops.UnsafeRegister(_ => step.Stop.HostStops(), null);
        using var watched = new CancellationTokenSource();
        await Task.WhenAny(step.Outcome, Task.Delay(options.Slice, time, watched.Token));
        await watched.CancelAsync();
        if (!step.Outcome.IsCompleted && !hostStops.IsCancellationRequested)
            return new StepOutcome(StepEnding.StillRunning, null, null) { Agent = step.Report(), Resumed = step.TakeResumed() };

        try
        {
            return await step.Outcome with { Resumed = step.TakeResumed() };
        }
        catch (OperationCanceledException)
        {
            // All steps of this process are ended; the engine may be next. Until then it must not take that for an end of the attempt.
            await Task.Delay(Timeout.InfiniteTimeSpan, time, hostStops);
            throw;
        }
        finally
        {
            running.Forget(step);
        }
    }
}
