namespace DurableAgentTasks.Agents.Processes;

/// <summary>Processes that an earlier life of this supervisor left behind.</summary>
public static class Leftovers
{
    /// <summary>
    /// Ends every process of <paramref name="dataFolder"/>: interrupt, grace, kill. A recorded process is touched only if pid, start time,
    /// boot and tag agree; beyond the records, every process that carries a tag of this data folder is ours.
    /// </summary>
    /// <param name="dataFolder">Whose processes.</param>
    /// <param name="runs">The runs that are recorded, see <see cref="RunsIn"/>.</param>
    /// <param name="grace">From the interrupt to the kill.</param>
    /// <param name="time">For the grace.</param>
    /// <param name="now">Skips what is left of the grace.</param>
    /// <exception cref="IOException">A run folder cannot be read.</exception>
    public static Task<LeftoverReport> EndAsync(
        DataFolderId dataFolder, IEnumerable<RunFolder> runs, TimeSpan grace, TimeProvider time, CancellationToken now) =>
        EndAsync(ProcessTable.Current, dataFolder, runs, grace, time, now);

    /// <summary>The run folders anywhere below <paramref name="runsFolder"/>; none if there is no such folder.</summary>
    public static IEnumerable<RunFolder> RunsIn(string runsFolder) =>
        Directory.Exists(runsFolder)
            ? Directory.EnumerateFiles(runsFolder, "run.json", SearchOption.AllDirectories).Select(file => new RunFolder(Path.GetDirectoryName(file)!))
            : [];

    internal static async Task<LeftoverReport> EndAsync(
        IProcessTable table, DataFolderId dataFolder, IEnumerable<RunFolder> runs, TimeSpan grace, TimeProvider time, CancellationToken now)
    {
        var processes = new RunProcesses(table, tag => RunTag.BelongsTo(tag, dataFolder), since: 0);
        var living = table.List(since: 0).ToDictionary(process => process.Id);
        foreach (var run in runs)
            if (FindWrapper(run, dataFolder, living, table) is { } wrapper)
                processes.AddWrapper(wrapper);

        var report = await new RunEnding(processes, table, time).EndAsync(interrupt: true, grace, now);
        return new LeftoverReport(report.Ended, report.Remaining, report.Took);
    }

    private static ProcessIdentity? FindWrapper(
        RunFolder run, DataFolderId dataFolder, Dictionary<ProcessIdentity, ProcessEntry> living, IProcessTable table)
    {
        if (run.ReadRecord() is not { Wrapper: { } wrapper } record) return null;
        if (record.BootId != table.BootId || !RunTag.BelongsTo(record.Tag, dataFolder)) return null;
        if (!living.TryGetValue(wrapper, out var process)) return null;
        return process.Tag == record.Tag || (process.Tag is null && !table.SeesEveryTag) ? wrapper : null;
    }
}

/// <param name="Ended">Those that were alive and are gone.</param>
/// <param name="Remaining">Those that could not be ended.</param>
/// <param name="Took">How long it took.</param>
public sealed record LeftoverReport(IReadOnlyList<EndedProcess> Ended, IReadOnlyList<EndedProcess> Remaining, TimeSpan Took);
