using DurableAgentTasks.Engine.Replay;
using DurableAgentTasks.Workflow;

namespace DurableAgentTasks.Engine;

/// <summary>The orchestrations and activities an engine can run, by name.</summary>
public sealed class DurableRegistry : IActivityRegistry
{
    private readonly Dictionary<string, Func<IDurableContext, Task<byte[]?>>> _orchestrations = [];
    private readonly Dictionary<string, ActivityBody> _activities = [];

    internal delegate Task<byte[]?> ActivityBody(byte[]? input, CancellationToken cancellationToken);

    public DurableRegistry AddOrchestration<TOutput>(string name, Func<IDurableContext, Task<TOutput>> code)
    {
        _orchestrations.Add(name, async context => EngineJson.Write(await code(context)));
        return this;
    }

    /// <summary>
    /// Adds an activity. It runs at least once for each time it is asked for; its token is cancelled when the instance is
    /// terminated or the engine stops, and a run that then throws <see cref="OperationCanceledException"/> is run again by the
    /// next life of the engine.
    /// </summary>
    public DurableRegistry AddActivity<TInput, TOutput>(
        Activity<TInput, TOutput> activity, Func<TInput, CancellationToken, Task<TOutput>> body)
    {
        _activities.Add(activity.Name, async (input, cancellationToken) =>
            EngineJson.Write(await body(EngineJson.Read<TInput>(input)!, cancellationToken)));
        return this;
    }

    IActivityRegistry IActivityRegistry.AddActivity<TInput, TOutput>(
        Activity<TInput, TOutput> activity, Func<TInput, CancellationToken, Task<TOutput>> body) => AddActivity(activity, body);

    internal Func<IDurableContext, Task<byte[]?>>? FindOrchestration(string name) => _orchestrations.GetValueOrDefault(name);

    internal ActivityBody? FindActivity(string name) => _activities.GetValueOrDefault(name);

    internal string OrchestrationNames => string.Join(", ", _orchestrations.Keys.Order(StringComparer.Ordinal));
}
