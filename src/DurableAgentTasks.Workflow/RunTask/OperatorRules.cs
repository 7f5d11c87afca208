using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>What an operator's command does to a run, judged by where the task stands: what is in effect already changes nothing.</summary>
internal static class OperatorRules
{
    /// <returns>The same run if the command has no effect.</returns>
    public static TaskRun Apply(TaskRun run, string command, OperatorCommand said) => command switch
    {
        OperatorEvents.Cancel => run.Cancel is null ? run with { Cancel = said } : run,
        OperatorEvents.Pause => Pause(run, said),
        OperatorEvents.Resume => Resume(run, said),
        _ => run,
    };

    private static TaskRun Pause(TaskRun run, OperatorCommand said)
    {
        var pause = new TaskPause(said.Emergency ? PauseDetails.Emergency : PauseDetails.Operator, said.Mode ?? PauseMode.Stop) { By = said.By, Reason = said.Reason };
        if (run.State != TaskState.Paused && !TaskLifecycle.CanPause(run.State)) return run;
        if (run.Pause is not { } present) return run with { Pause = pause };

        // A resume, or a time to go on by itself, no longer counts; and who asked to stop does not wait for a drain.
        if (run.Resumption is not null || present.Until is not null) return run with { Pause = pause, Resumption = null };
        return present.Mode == PauseMode.Drain && pause.Mode == PauseMode.Stop ? run with { Pause = pause } : run;
    }

    private static TaskRun Resume(TaskRun run, OperatorCommand said)
    {
        if (run.Pause is not { } pause || run.Resumption is not null) return run;
        return run.State != TaskState.Paused && pause.Mode == PauseMode.Drain
            ? run with { Pause = null }
            : run with { Resumption = new TaskResumption(ResumptionKind.UserRequest, said.By, said.Reason) };
    }
}
