using DurableAgentTasks.Core.Tasks;
using Microsoft.DurableTask.Client;

namespace DurableAgentTasks.Functions.Durable;

/// <summary>A filter as the framework's storage applies it, so that what does not match is not sent; and its statuses as ours.</summary>
internal static class StorageFilter
{
    private const int LargestPage = 1_000;

    public static OrchestrationQuery Of(InstanceFilter filter) => new()
    {
        InstanceIdPrefix = filter.IdPrefix,
        CreatedFrom = filter.CreatedFrom,
        CreatedTo = filter.CreatedTo,
        Statuses = filter.Statuses.Count == 0 ? null : [.. Enum.GetValues<OrchestrationRuntimeStatus>().Where(status => Matches(filter, status))],
        PageSize = LargestPage,
        FetchInputsAndOutputs = false,
    };

    public static bool Matches(InstanceFilter filter, OrchestrationRuntimeStatus status) =>
        filter.Statuses.Count == 0 || filter.Statuses.Contains(StatusOf(status));

#pragma warning disable CS0618 // "Canceled" and "ContinuedAsNew" are obsolete to write; the storage has the second between two generations.
    public static RuntimeStatus StatusOf(OrchestrationRuntimeStatus status) => status switch
    {
        OrchestrationRuntimeStatus.Pending => RuntimeStatus.Pending,
        OrchestrationRuntimeStatus.Suspended => RuntimeStatus.Suspended,
        OrchestrationRuntimeStatus.Completed => RuntimeStatus.Completed,
        OrchestrationRuntimeStatus.Failed => RuntimeStatus.Failed,
        OrchestrationRuntimeStatus.Terminated or OrchestrationRuntimeStatus.Canceled => RuntimeStatus.Terminated,
        _ => RuntimeStatus.Running,
    };
#pragma warning restore CS0618
}
