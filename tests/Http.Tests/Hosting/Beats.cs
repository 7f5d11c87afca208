using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Http.Tests.Hosting;

/// <summary>What the runner of a step says of it.</summary>
internal static class Beats
{
    public static TaskHeartbeat At(DateTimeOffset at, double cpuPercent = 40) => new()
    {
        At = at,
        Alive = true,
        StepId = "1.1",
        Attempt = 2,
        Pid = 4711,
        Host = "runner-1",
        Since = at.AddMinutes(-3),
        LastOutputAt = at.AddSeconds(-2),
        LastActivityAt = at,
        LastSeq = 12,
        Resources = new ProcessResources(cpuPercent, 1_000_000, 3),
        SessionId = "session-1",
    };

    public static Task WriteBeatAsync(this TaskStore store, string task, TaskHeartbeat beat) =>
        store.WriteHeartbeatAsync(TaskId.Parse(task), beat, TestContext.Current.CancellationToken);
}
