namespace DurableAgentTasks.Agents.Watching;

/// <summary>Why a run should be stopped.</summary>
public abstract record WatchVerdict
{
    private WatchVerdict()
    {
    }

    /// <param name="After">The limit that has passed without a first event.</param>
    public sealed record StartUpExpired(TimeSpan After) : WatchVerdict;

    /// <param name="Since">Of its last activity.</param>
    public sealed record Idle(DateTimeOffset Since) : WatchVerdict;

    /// <param name="Limit">The budget's name: <c>cpuTime</c>, <c>memoryBytes</c>, <c>processes</c> or <c>diskBytes</c>.</param>
    /// <param name="Used">In seconds, bytes or processes.</param>
    /// <param name="Allowed">In the same unit.</param>
    public sealed record LimitPassed(string Limit, double Used, double Allowed) : WatchVerdict;
}

/// <param name="Since">Of the run's last activity.</param>
/// <param name="StopsAfter">How long it may idle in all; <see langword="null"/> without a limit.</param>
public sealed record IdleWarning(DateTimeOffset Since, TimeSpan? StopsAfter);
