using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Core.Recovery;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>What the end of a process means for its step, and how it is told to people.</summary>
internal static class StepOutcomes
{
    public static StepOutcome OfCommand(int? exitCode) => exitCode switch
    {
        null => Failed(null, "Its end was not seen: the process that watched it was killed."),
        0 => new StepOutcome(StepEnding.Succeeded, 0, "It exited with 0."),
        > 128 and <= 128 + 64 => Failed(exitCode, $"It exited with {exitCode}, as a process does that dies of signal {exitCode - 128}."),
        127 => Failed(exitCode, "It exited with 127: the shell did not find a command. Check the PATH of the host and the spelling."),
        _ => Failed(exitCode, $"It exited with {exitCode}."),
    };

    public static StepOutcome NotStarted(FailureClass kind, string message) =>
        new(StepEnding.NotStarted, null, message) { Failure = new StepFailure(kind, message, ResetsAt: null) };

    /// <summary>Of one whose host or machine went down with it.</summary>
    public static StepOutcome Crashed(bool elsewhere)
    {
        var message = elsewhere ? "The host that ran it is gone." : "Its host or machine went down while it ran.";
        return new(StepEnding.Failed, null, message) { Failure = new StepFailure(FailureClass.Crash, message, ResetsAt: null) };
    }

    /// <summary>What is added when a command that ended by itself left processes behind.</summary>
    public static StepOutcome WithLeftovers(StepOutcome outcome, ProcessExit exit) =>
        exit.Ended.Count == 0
            ? outcome
            : outcome with { Message = $"{outcome.Message} It left {Count(exit.Ended.Count)} running, which were ended." };

    public static StepOutcome Stopped(StopReason reason, string? why, ProcessExit? exit)
    {
        why ??= reason switch
        {
            StopReason.Cancelled => "The task was cancelled",
            StopReason.StepTimeout => "The step took longer than its timeout",
            StopReason.TaskTimeout => "The task reached its deadline",
            StopReason.Paused => "The task was paused",
            StopReason.Emergency => "Everything on this host was stopped",
            _ => reason.ToString(),
        };
        return new StepOutcome(StepEnding.Stopped, null, exit is null ? $"{why}; nothing of the step was running." : $"{why}; {Ending(exit)}")
        {
            Stop = reason,
        };
    }

    /// <summary>Of a run that we ended because it had failed already.</summary>
    public static StepOutcome GivenUp(StepFailure failure, ProcessExit? exit) =>
        new(StepEnding.Failed, null, exit is null ? failure.Evidence : $"{failure.Evidence} {Ending(exit)}") { Failure = failure };

    /// <summary>What was ended, how fast, and what could not be.</summary>
    public static string Ending(ProcessExit exit)
    {
        var names = exit.Ended.Count == 0 ? "" : $" ({string.Join(", ", exit.Ended.Take(10).Select(process => $"{process.Name} {process.Pid}"))})";
        var ended = $"{Count(exit.Ended.Count)} ended in {exit.EndingTook.TotalSeconds:F1} s{names}.";
        return exit.Remaining.Count == 0
            ? ended
            : $"{ended} {Count(exit.Remaining.Count)} could not be ended: {string.Join(", ", exit.Remaining.Select(process => process.Pid))}.";
    }

    private static StepOutcome Failed(int? exitCode, string message) =>
        new(StepEnding.Failed, exitCode, message) { Failure = new StepFailure(FailureClass.Command, message, ResetsAt: null) };

    private static string Count(int processes) => processes == 1 ? "1 process" : $"{processes} processes";
}
