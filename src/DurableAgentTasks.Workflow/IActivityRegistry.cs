namespace DurableAgentTasks.Workflow;

/// <summary>Where a host's activities are named: the embedded engine's registry, or what the functions of the Azure host run.</summary>
public interface IActivityRegistry
{
    /// <summary>Adds an activity. Its token is cancelled when the host stops; the activity is then run again elsewhere or in a next life.</summary>
    IActivityRegistry AddActivity<TInput, TOutput>(Activity<TInput, TOutput> activity, Func<TInput, CancellationToken, Task<TOutput>> body);
}
