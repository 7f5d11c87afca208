using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Http.Status;

internal static class Heartbeats
{
    /// <summary>Written every few seconds: one that is older is of a runner that is gone.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    /// <summary>Whether the process it tells of lives, as far as anybody knows.</summary>
    public static bool IsAlive(this TaskHeartbeat heartbeat, DateTimeOffset now) => heartbeat.Alive && now - heartbeat.At <= Lifetime;
}
