using DurableAgentTasks.Activities.Secrets;
using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Activities.Workspaces;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>Begins attempts with all they need: the work tree first, which a host that has not held it sets up once.</summary>
public sealed class StepAttempts(
    TaskRecords records, TreeArrival arrival, TreeSetup setup, StepPrograms programs, StepLogs logs, StepWatches watches, TaskTraces traces, RunningSteps running, StepRuns runs, TimeProvider time)
{
    internal async Task<StepOutcome> RunAsync(RunStep input, RunningStep step)
    {
        if (step is { HostCrashed: true, HasMoved: true }) return StepOutcomes.Crashed(elsewhere: true);
        var id = TaskId.Parse(input.TaskId);
        var record = await records.ReadAsync(id, step.Stop.Host);
        var tree = await arrival.BringAsync(record, input.CheckpointId, step.Stop.Host);
        var log = logs.Of(id, input.StepId, SecretMask.None);
        if (tree is ArrivedTree.Refused { Failure: var failure })
        {
            await log.SystemLineAsync($"Step {input.StepId} was not started: {failure.Evidence}", step.Stop.Host);
            return StepOutcomes.NotStarted(failure.Class, failure.Evidence);
        }

        var here = (ArrivedTree.Here)tree;
        if (here.Said is { } said) await log.SystemLineAsync(said, step.Stop.Host);
        return await setup.RunAsync(record, here, attempt => RunAsync(input with { StepId = Plan.SetupStepId, Attempt = attempt }, record, here.Folder, step), step.Stop.Host)
            ?? await RunAsync(input, record, here.Folder, step);
    }

    private async Task<StepOutcome> RunAsync(RunStep input, TaskRecord record, string folder, RunningStep step)
    {
        using var trace = await traces.BeginAsync(record.Id, input, step.Stop.Host);
        var work = await programs.OfAsync(record, input, folder, trace, step.Stop.Host);
        if (work is StepWork.Refused refused) return trace.Ended(refused.Outcome);
        var ready = (StepWork.Ready)work;
        var log = logs.Of(record.Id, input.StepId, ready.Mask);
        var watch = await watches.OfAsync(record, input, folder, ready.Program.AwaitsFirstEvent, step.Stop);
        var attempt = new StepAttempt(input, step.Stop, step.Freeze, ready.Program, log, watch, runs, step.HostCrashed, step.Resumed, input.StepId == Plan.SetupStepId ? _ => Task.CompletedTask : step.Starts, time);
        step.Report = attempt.Report;
        return trace.Ended(await attempt.RunAsync(token => running.TellStoredAsync(step, token)));
    }
}
