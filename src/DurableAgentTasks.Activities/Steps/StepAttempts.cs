using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>Begins attempts with all they need.</summary>
public sealed class StepAttempts(
    TaskRecords records, StepPrograms programs, StepLogs logs, StepWatches watches, RunningSteps running, StepRuns runs, TimeProvider time)
{
    internal async Task<StepOutcome> RunAsync(RunStep input, RunningStep step)
    {
        var id = TaskId.Parse(input.TaskId);
        var record = await records.ReadAsync(id, step.Stop.Host);
        var work = await programs.OfAsync(record, input, step.Stop.Host);
        if (work is StepWork.Refused refused) return refused.Outcome;
        var ready = (StepWork.Ready)work;
        var log = logs.Of(id, input.StepId, ready.Mask);
        var watch = await watches.OfAsync(record, input, ready.Program.AwaitsFirstEvent, step.Stop.Host);
        var attempt = new StepAttempt(input, step.Stop, step.Freeze, ready.Program, log, watch, runs, step.Resumed, time);
        step.Report = attempt.Report;
        return await attempt.RunAsync(token => running.TellStoredAsync(step, token));
    }
}
