using DurableAgentTasks.Core.Requests;

namespace DurableAgentTasks.Agents.Planning;

/// <summary>What an agent is asked when it is to make the plan of a task.</summary>
public static class PlanningPrompt
{
    private const int MostErrors = 20;

    private const string Shape =
        """
        {"phases": [{"title": "...", "steps": [{"title": "...", "kind": "agent", "prompt": "..."}, {"title": "...", "kind": "shell", "command": "..."}]}]}

        - 1 to 10 phases, each of 1 to 10 steps. They run one after the other in the order they are listed; there are no dependencies to declare.
        - "title": what the phase or the step is for, in less than 80 characters.
        - "kind": "agent" for work that needs judgement, with a "prompt"; "shell" for a command whose exit code tells whether it went well, such as a build or the tests, with a "command". Not both.
        - "prompt": says everything the step needs: whoever carries it out goes on in this session, or knows nothing but the files and the prompt.
        - "command": for the system's shell, run in the folder of the repository. It must end by itself and ask no questions.
        - Optional: "timeout" as an ISO 8601 duration ("PT20M") where a step may take long; "critical": false where the task is worth going on without the step; "risky": true where the files as they were before may be wanted back, "milestone": true where those after it may.
        - No other fields.
        """;

    /// <summary>The first time.</summary>
    /// <param name="task">What the client wants done.</param>
    public static string For(string task) =>
        $"""
        Make a plan for the task below. Look at the repository as far as you need to, but change nothing and do none of the work yet.
        A small task is one phase of one to three steps. A large one has a step for each part that can be finished and checked by itself; a step of more than an hour is too large.

        Answer with the plan as one JSON object and nothing else, in this shape:

        {Shape}

        The task:

        {task}
        """;

    /// <summary>The second time, in the same session.</summary>
    /// <param name="errors">What is wrong with the first answer.</param>
    public static string Again(IReadOnlyList<RequestError> errors) =>
        $"""
        The plan in your last answer cannot be used:

        {string.Join("\n", errors.Take(MostErrors).Select(static error => $"- {error.Path}: {error.Message}"))}{(errors.Count > MostErrors ? $"\n- and {errors.Count - MostErrors} more" : "")}

        Answer once more with the whole plan, corrected, as one JSON object and nothing else, in this shape:

        {Shape}
        """;
}
