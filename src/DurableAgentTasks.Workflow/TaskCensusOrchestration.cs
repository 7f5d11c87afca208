using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Workflow;

/// <summary>Keeps the <see cref="TaskCensus"/> it was last told.</summary>
public static class TaskCensusOrchestration
{
    public const string Name = TaskCensus.Name;

    public static async Task<TaskCensus?> RunAsync(IDurableContext context)
    {
        context.ContinueAsNew(await context.WaitForExternalEventAsync<TaskCensus>(TaskCensus.Taken));
        return null;
    }
}
