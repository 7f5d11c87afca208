using DurableAgentTasks.Workflow;
using DurableAgentTasks.Workflow.Activities;
using Microsoft.Extensions.DependencyInjection;

namespace DurableAgentTasks.Activities.Tasks;

/// <summary>Gives each activity a span in the trace of its task.</summary>
internal sealed class TracedActivities(IActivityRegistry registry, IServiceProvider services) : IActivityRegistry
{
    public IActivityRegistry AddActivity<TInput, TOutput>(Activity<TInput, TOutput> activity, Func<TInput, CancellationToken, Task<TOutput>> body)
    {
        registry.AddActivity(activity, (input, token) => input is ITaskInput { TaskId: var task }
            ? services.GetRequiredService<TaskTraces>().RunAsync(activity.Name, task, () => body(input, token), token)
            : body(input, token));
        return this;
    }
}
