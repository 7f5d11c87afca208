using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Requests;

namespace DurableAgentTasks.Http.Management;

/// <summary>Durable Functions' names of runtime statuses, of which no engine uses all.</summary>
internal static class RuntimeStatuses
{
    private static readonly Dictionary<string, RuntimeStatus?> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Pending"] = RuntimeStatus.Pending, ["Running"] = RuntimeStatus.Running, ["ContinuedAsNew"] = null, ["Suspended"] = RuntimeStatus.Suspended,
        ["Completed"] = RuntimeStatus.Completed, ["Failed"] = RuntimeStatus.Failed, ["Canceled"] = null, ["Terminated"] = RuntimeStatus.Terminated,
    };

    public static readonly IReadOnlyList<RuntimeStatus> Ended = [RuntimeStatus.Completed, RuntimeStatus.Failed, RuntimeStatus.Terminated];

    /// <returns><see langword="null"/> if the query names none; empty if no instance can have one that it names.</returns>
    public static IReadOnlyList<RuntimeStatus>? Read(QueryReader query)
    {
        const string Name = "runtimeStatus";
        if (query.Text(Name, 200) is not { Length: > 0 } text) return null;
        var names = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names.All(Known.ContainsKey)) return [.. names.Select(name => Known[name]).OfType<RuntimeStatus>().Distinct()];
        query.Fail(Name, $"must be one or more of {string.Join(", ", Known.Keys)}, with commas between.");
        return null;
    }
}
