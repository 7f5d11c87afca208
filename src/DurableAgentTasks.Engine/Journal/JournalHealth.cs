namespace DurableAgentTasks.Engine.Journal;

internal enum JournalState
{
    /// <summary>New work is taken.</summary>
    Available,

    /// <summary>The disk is full; it goes on by itself once there is room.</summary>
    Full,

    /// <summary>The disk failed; only a restart finds out what it holds.</summary>
    Broken,
}

/// <param name="State">Whether new work is taken.</param>
/// <param name="Message">Why not, and what to do; <see langword="null"/> while it is.</param>
internal sealed record JournalHealth(JournalState State, string? Message);
