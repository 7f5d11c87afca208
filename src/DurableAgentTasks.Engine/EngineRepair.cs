using DurableAgentTasks.Engine.History;
using DurableAgentTasks.Engine.Journal;

namespace DurableAgentTasks.Engine;

/// <summary>Makes a damaged data folder one that opens. Instances that lost a record are dropped; all others are kept whole.</summary>
public static class EngineRepair
{
    /// <param name="directory">The engine's folder; no process may have it open.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="JournalInUseException">A process has it open.</exception>
    public static EngineRepairReport Run(string directory, TimeProvider time)
    {
        var report = JournalRepair.Run(directory, time);
        return new EngineRepairReport(report.Damage, [.. report.Lost.Select(NameOf)], report.KeptStreams, report.DamagedFiles);
    }

    private static string NameOf(LostStream lost)
    {
        try
        {
            if (lost.LastKnown is { } payload && HistoryCodec.Read(payload.Span).Text is { } id) return id;
        }
        catch (InvalidDataException)
        {
            // Its number must do.
        }

        return $"(unknown, stream {lost.Stream})";
    }
}

/// <param name="Damage">Every stretch that cannot be read; empty if nothing was wrong and nothing was changed.</param>
/// <param name="LostInstances">The ids of the instances that were dropped.</param>
/// <param name="KeptInstances">How many are whole.</param>
/// <param name="DamagedFiles">Where the damaged files are kept; <see langword="null"/> if there were none.</param>
public sealed record EngineRepairReport(
    IReadOnlyList<DamagedStretch> Damage, IReadOnlyList<string> LostInstances, int KeptInstances, string? DamagedFiles);
