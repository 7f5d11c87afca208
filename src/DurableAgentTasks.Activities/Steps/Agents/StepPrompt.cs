using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Activities.Steps.Agents;

/// <summary>What an agent is told.</summary>
internal static class StepPrompt
{
    /// <summary>The step's own prompt; where there is a task around it, that comes first.</summary>
    public static string Of(TaskRecord record, Step step)
    {
        var prompt = step.Prompt!;
        if (record.Request.Prompt is not { } task || task == prompt) return prompt;
        return
            $"""
            You work on one step of a larger task. Do this step only; the others come before and after it.

            The task:
            {task}

            The step, "{step.Title}":
            {prompt}
            """;
    }

    /// <summary>For a session that was interrupted in the middle of it.</summary>
    public static string Continue(string prompt) =>
        $"""
        You were interrupted while you worked on what follows. See what is done already and finish it.

        {prompt}
        """;
}
