using DurableAgentTasks.Core.Tasks;
using Microsoft.Extensions.Options;

namespace DurableAgentTasks.Http.Streaming;

/// <param name="BeganAt">By the clock's timestamps: what began later may not be in it.</param>
/// <param name="Tasks">Those that have not ended.</param>
internal sealed record OpenTasksLook(long BeganAt, IReadOnlyDictionary<TaskId, OrchestrationInstance> Tasks);

/// <summary>The tasks the engine has open. All who follow them share one look at it, however many they are.</summary>
internal sealed class OpenTasks(ITaskClient client, IOptions<StreamingOptions> options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly InstanceFilter Open = new() { Statuses = [RuntimeStatus.Pending, RuntimeStatus.Running, RuntimeStatus.Suspended] };

    private readonly SemaphoreSlim _looking = new(1, 1);
    private OpenTasksLook? _last;

    /// <summary>The last look, or a new one if it is time for one.</summary>
    public async Task<OpenTasksLook> LookAsync(CancellationToken cancellationToken)
    {
        await _looking.WaitAsync(cancellationToken);
        try
        {
            if (_last is { } last && time.GetElapsedTime(last.BeganAt) < (options.Value.LookEvery ?? LookEvery)) return last;
            return _last = await LookNowAsync(cancellationToken);
        }
        finally
        {
            _looking.Release();
        }
    }

    public void Dispose() => _looking.Dispose();

    private async Task<OpenTasksLook> LookNowAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var tasks = new Dictionary<TaskId, OrchestrationInstance>();
        await foreach (var instance in client.ListAsync(Open, cancellationToken))
        {
            if (instance.Name == TaskOrchestration.Name && TaskId.TryParse(instance.InstanceId, out var id)) tasks[id] = instance;
        }

        return new OpenTasksLook(began, tasks);
    }
}
