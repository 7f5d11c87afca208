namespace DurableAgentTasks.Engine;

/// <summary>Where an embedded engine keeps its data, and how it runs.</summary>
public sealed class EngineOptions
{
    /// <summary>The folder of the journal; made if it is missing. One process at a time may have it open.</summary>
    public required string Directory { get; init; }

    /// <summary>The size of a journal segment in bytes, 64 KiB to 1 GiB; two are kept on the disk from the start.</summary>
    public int SegmentBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How long a stop waits for running activities to heed their token.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(15);
}
