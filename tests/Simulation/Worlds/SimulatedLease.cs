using DurableAgentTasks.Simulation.Scheduling;

namespace DurableAgentTasks.Simulation.Worlds;

/// <summary>
/// The lease of the task. A host that cannot renew it any more ends what it runs 40 s after it last did, and another host gets the lease
/// 60 s after that.
/// </summary>
internal sealed class SimulatedLease(SimulatedTime time)
{
    /// <summary>How often it is renewed.</summary>
    public static readonly TimeSpan RenewedEvery = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan LostAfter = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(60);
    private TimeSpan _freeAt;

    /// <summary>How long another host has to wait for it.</summary>
    public TimeSpan Wait => _freeAt > time.Elapsed ? _freeAt - time.Elapsed : TimeSpan.Zero;

    /// <summary>The host that has it does not reach the storage any more.</summary>
    /// <param name="renewed">How long ago it last did.</param>
    /// <returns>How long that may run on.</returns>
    public TimeSpan Lose(TimeSpan renewed)
    {
        _freeAt = time.Elapsed - renewed + Lasts;
        return LostAfter - renewed;
    }
}
