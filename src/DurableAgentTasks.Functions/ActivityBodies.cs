using System.Text.Json;
using DurableAgentTasks.Activities;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Workflow;

namespace DurableAgentTasks.Functions;

/// <summary>What the activity functions run, by their names: the same bodies as on the local host.</summary>
public sealed class ActivityBodies : IActivityRegistry
{
    private readonly Dictionary<string, Func<JsonElement, CancellationToken, Task<JsonElement>>> _bodies = [];

    public ActivityBodies(IServiceProvider services) => this.AddTaskActivities(services);

    public IEnumerable<string> Names => _bodies.Keys;

    public IActivityRegistry AddActivity<TInput, TOutput>(Activity<TInput, TOutput> activity, Func<TInput, CancellationToken, Task<TOutput>> body)
    {
        _bodies.Add(activity.Name, async (input, cancellationToken) =>
            JsonSerializer.SerializeToElement(await body(input.Deserialize<TInput>(TaskJson.Options)!, cancellationToken), TaskJson.Options));
        return this;
    }

    /// <summary>
    /// Runs an activity. One that the end of this host cuts off gives no answer at all: an exception would be its result. The framework
    /// hands it to another host then.
    /// </summary>
    public async Task<JsonElement> RunAsync(string name, JsonElement input, CancellationToken hostStops)
    {
        if (!_bodies.TryGetValue(name, out var body)) throw new InvalidOperationException($"This version has no activity '{name}'.");
        try
        {
            return await body(input, hostStops);
        }
        catch (OperationCanceledException) when (hostStops.IsCancellationRequested)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, CancellationToken.None);
            throw;
        }
    }
}
