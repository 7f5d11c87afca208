namespace DurableAgentTasks.Workflow;

/// <summary>An activity by name, with the types it takes and gives.</summary>
public sealed record Activity<TInput, TOutput>(string Name);

public static class ActivityCalls
{
    public static Task<TOutput> CallAsync<TInput, TOutput>(
        this IDurableContext context, Activity<TInput, TOutput> activity, TInput input) =>
        context.CallActivityAsync<TOutput>(activity.Name, input);
}
