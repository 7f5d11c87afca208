using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Workflow.Activities;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>
/// The activity <c>RunStep</c>: the attempt is begun, or found where it runs already, and watched for one slice. Between two slices
/// it goes on unwatched. When the host stops, the attempt is ended with it, and the engine calls again, in its next life or on another host.
/// </summary>
public sealed partial class StepRunner(
    RunningSteps running, StepAttempts attempts, StepHosting hosting, AgentOptions options, TimeProvider time, ILogger<StepRunner> logger)
{
    private static readonly TimeSpan LookForStopEvery = TimeSpan.FromSeconds(2);

    public async Task<StepOutcome> RunAsync(RunStep input, CancellationToken hostStops)
    {
        hostStops.ThrowIfCancellationRequested();
        var step = running.GetOrBegin(StepKey.Of(input), mine => attempts.RunAsync(input, mine));
        await using var stopping = hostStops.UnsafeRegister(_ => step.Stop.HostStops(), null);
        using var watched = new CancellationTokenSource();
        if (hosting.AmongOthers) _ = HeedOthersAsync(step, input, watched.Token);
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
            // What the agent reported lets another host go on in its session.
            if (hosting.AmongOthers && hostStops.IsCancellationRequested) return new StepOutcome(StepEnding.StillRunning, null, null) { Agent = step.Report(), Resumed = true };

            // All steps of this process are ended; the engine may be next. Until then it must not take that for an end of the attempt.
            await Task.Delay(Timeout.InfiniteTimeSpan, time, hostStops);
            throw;
        }
        finally
        {
            running.Forget(step);
        }
    }

    /// <summary>Tells the attempt what was asked of it on another host.</summary>
    private async Task HeedOthersAsync(RunningStep step, RunStep input, CancellationToken over)
    {
        using var tick = new PeriodicTimer(LookForStopEvery, time);
        try
        {
            while (await tick.WaitForNextTickAsync(over))
            {
                try
                {
                    await running.TellStoredAsync(step, over);
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    LogNotSeen(logger, input.TaskId, input.StepId, error.Message);
                }
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The slice is over.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether step {Step} of task {Task} is to stop cannot be seen now: {Reason}")]
    private static partial void LogNotSeen(ILogger logger, string task, string step, string reason);
}
