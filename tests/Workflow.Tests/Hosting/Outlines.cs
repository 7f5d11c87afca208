using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Workflow.Tests.Hosting;

internal static class Outlines
{
    /// <summary>So many phases of so many steps: 1.1, 1.2, 2.1 and so on.</summary>
    public static TaskOutline Of(int phases, int steps, TimeSpan? taskTimeout = null) => Of(
        taskTimeout,
        [.. Enumerable.Range(1, phases).Select(phase => Enumerable.Range(1, steps).Select(step => Step($"{phase}.{step}")).ToArray())]);

    public static TaskOutline Of(params StepOutline[] steps) => Of(taskTimeout: null, steps);

    public static TaskOutline Of(TimeSpan? taskTimeout, params StepOutline[][] phases) => new(
        "shell", "agent-7", [.. phases.Select((steps, index) => new PhaseOutline($"Phase {index + 1}", steps))], taskTimeout);

    public static StepOutline Step(string id, TimeSpan? timeout = null, bool critical = true, StepRetry? retry = null) =>
        new(id, timeout, critical, retry);
}
