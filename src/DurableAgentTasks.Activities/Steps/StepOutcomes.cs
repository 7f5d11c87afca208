using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>What the end of a process means for its step, and how it is told to people.</summary>
internal static class StepOutcomes
{
    public static StepOutcome Ended(ProcessExit exit)
    {
        if (exit.ExitCode is not { } code) return new StepOutcome(StepEnding.Failed, null, "Its end was not seen: the process that watched it was killed.");
        var outcome = Ended(code);
        return exit.Ended.Count == 0
            ? outcome
            : outcome with { Message = $"{outcome.Message} It left {Count(exit.Ended.Count)} running, which were ended." };
    }

    public static StepOutcome Ended(int code) => code switch
    {
        0 => new StepOutcome(StepEnding.Succeeded, 0, "It exited with 0."),
        > 128 and <= 128 + 64 => new StepOutcome(StepEnding.Failed, code, $"It exited with {code}, as a process does that dies of signal {code - 128}."),
        127 => new StepOutcome(StepEnding.Failed, code, "It exited with 127: the shell did not find a command. Check the PATH of the host and the spelling."),
        _ => new StepOutcome(StepEnding.Failed, code, $"It exited with {code}."),
    };

    public static StepOutcome Stopped(StopReason reason, ProcessExit? exit)
    {
        var why = reason switch
        {
            StopReason.Cancelled => "The task was cancelled",
            StopReason.StepTimeout => "The step took longer than its timeout",
            StopReason.TaskTimeout => "The task reached its deadline",
            _ => reason.ToString(),
        };
        if (exit is null) return new StepOutcome(StepEnding.Stopped, null, $"{why}; nothing of the step was running.");
        var names = exit.Ended.Count == 0 ? "" : $" ({string.Join(", ", exit.Ended.Take(10).Select(process => $"{process.Name} {process.Pid}"))})";
        var ended = $"{why}; {Count(exit.Ended.Count)} ended in {exit.EndingTook.TotalSeconds:F1} s{names}.";
        return exit.Remaining.Count == 0
            ? new StepOutcome(StepEnding.Stopped, null, ended)
            : new StepOutcome(StepEnding.Stopped, null, $"{ended} {Count(exit.Remaining.Count)} could not be ended: {string.Join(", ", exit.Remaining.Select(process => process.Pid))}.");
    }

    private static string Count(int processes) => processes == 1 ? "1 process" : $"{processes} processes";
}
