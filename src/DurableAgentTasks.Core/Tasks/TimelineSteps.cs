using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Plans;

namespace DurableAgentTasks.Core.Tasks;

/// <summary>What timeline entries say of steps.</summary>
public static class TimelineSteps
{
    /// <summary>The step an entry says is over for good; <see langword="null"/> if it says no such thing.</summary>
    public static string? EndedStep(TimelineEntry entry)
    {
        if (entry is not { Type: TimelineTypes.Step, Data: { } data }) return null;
        var step = data.Deserialize<StepData>(TaskJson.Options);
        return step is { Status: not (WorkStatus.InProgress or WorkStatus.Pending) } ? step.StepId : null;
    }
}
