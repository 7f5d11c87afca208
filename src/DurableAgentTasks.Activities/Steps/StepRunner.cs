using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>
/// The activity <c>RunStep</c>. The engine may call it again after a crash; what an earlier call did is on the disk:
/// <list type="number">
/// <item>The output of earlier lives goes to the log first, to its last byte.</item>
/// <item>A life that ended by itself is the attempt's end: it is not run again.</item>
/// <item>A stop that was asked for while nobody listened is heeded now.</item>
/// <item>Otherwise the command runs, and its output goes to the log while it does.</item>
/// <item>When the host stops, the command is ended with it, and the engine calls again in its next life.</item>
/// </list>
/// </summary>
public sealed class StepRunner(TaskRecords records, StepLogs logs, StepRuns runs, RunningSteps running, TimeProvider time)
{
    public async Task<StepOutcome> RunAsync(RunStep attempt, CancellationToken hostStops)
    {
        var id = TaskId.Parse(attempt.TaskId);
        var record = await records.ReadAsync(id, hostStops);
        var step = record.Plan!.Steps.Single(step => step.Id == attempt.StepId);
        var log = logs.Of(id, step.Id);

        // Whoever cleans up after the task waits for those that are registered; one that registers later has nothing to do any more.
        var lives = runs.LivesOf(id, step.Id, attempt.Attempt);
        var folder = runs.Open(id, step.Id, attempt.Attempt, lives.Count + 1);
        var stop = new StepStop(folder);
        using var registered = running.Register(attempt, stop.Ask);
        hostStops.ThrowIfCancellationRequested();

        // 1.
        foreach (var life in lives) await log.FollowAsync(life, Task.CompletedTask, hostStops);

        // 2. and 3.
        if (await running.RequestedAsync(attempt, hostStops) is { } asked) stop.Ask(asked);
        if (Earlier(lives, stop.Reason) is { } outcome) return outcome;

        // 4.
        if (lives.Count > 0) await log.SystemLineAsync($"Step {step.Id} was interrupted with its host and runs again.", hostStops);
        return await RunAsync(record, step, folder, log, stop, hostStops);
    }

    private async Task<StepOutcome> RunAsync(
        TaskRecord record, Step step, StepRunFolder folder, StepLog log, StepStop stop, CancellationToken hostStops)
    {
        var tag = RunTag.Create(runs.DataFolder, record.Id, folder.Name);
        var spec = ShellCommand.ToSpec(step.Command!, record.Request.Workspace.Path!, folder.Folder, tag) with
        {
            Environment = StepEnvironment.Of(record, step),
        };

        // 5.
        await using var hostStopping = hostStops.UnsafeRegister(_ => stop.Cancel(), null);
        var start = await SupervisedProcess.StartAsync(spec, time, stop.Token, CancellationToken.None);
        if (start is ProcessStart.Refused refused)
        {
            if (refused.Reason == StartRefusal.StopRequested) return Stopped(stop, hostStops);
            await log.SystemLineAsync($"Step {step.Id} was not started: {refused.Message}", hostStops);
            return new StepOutcome(StepEnding.NotStarted, null, refused.Message);
        }

        var process = ((ProcessStart.Started)start).Process;
        try
        {
            // The log is followed to its end also while the host stops: the command is being ended, so the end is near.
            await log.FollowAsync(folder, process.Completion, CancellationToken.None);
        }
        catch
        {
            // Nobody would know of the command any more.
            stop.Cancel();
            await process.Completion;
            throw;
        }

        var exit = await process.Completion;
        return exit.StoppedBy is null ? StepOutcomes.Ended(exit) : Stopped(stop, hostStops, exit);
    }

    private static StepOutcome? Earlier(IReadOnlyList<StepRunFolder> lives, StopReason? stop)
    {
        var code = lives.Count > 0 ? lives[^1].OwnExitCode() : null;
        if (code == 0) return StepOutcomes.Ended(0);
        if (stop is { } reason) return StepOutcomes.Stopped(reason, exit: null);
        return code is null ? null : StepOutcomes.Ended(code.Value);
    }

    private static StepOutcome Stopped(StepStop stop, CancellationToken hostStops, ProcessExit? exit = null)
    {
        if (stop.Reason is { } reason) return StepOutcomes.Stopped(reason, exit);
        hostStops.ThrowIfCancellationRequested();
        throw new InvalidOperationException("A step was stopped and nobody asked for it.");
    }
}
