using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Http.Streaming;

/// <summary>Tells one client what the step of one task uses, each time its runner says it. Runners in other processes do not signal.</summary>
internal sealed class ResourceTeller(EventWriter events, TaskStore store, TaskId task, TimeProvider time)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);
    private DateTimeOffset? _told;
    private long? _looked;

    public async Task TellAsync(bool signalled, CancellationToken cancellationToken)
    {
        if (!signalled && _looked is { } last && time.GetElapsedTime(last) < LookEvery) return;
        _looked = time.GetTimestamp();
        if (await store.ReadHeartbeatAsync(task, cancellationToken) is not { Resources: { } resources } beat || beat.At == _told) return;
        _told = beat.At;
        events.Event("resource", new ResourceEvent(task, beat.StepId, beat.At, resources));
    }
}
