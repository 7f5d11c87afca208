namespace DurableAgentTasks.Agents.Processes;

/// <summary>Processes that an earlier life of this supervisor left behind.</summary>
public static class Leftovers
{
    /// <summary>
    /// Ends every process of <paramref name="dataFolder"/>: the run's polite signal, grace, kill. A recorded process is touched only if pid,
    /// start time, boot and tag agree; beyond the records, every process that carries a tag of this data folder is ours.
    /// </summary>
    /// <param name="dataFolder">Whose processes.</param>
    /// <param name="runs">The runs that are recorded, see <see cref="RunsIn"/>.</param>
    /// <param name="grace">From the polite signal to the kill.</param>
    /// <param name="time">For the grace.</param>
    /// <param name="now">Skips what is left of the grace.</param>
    /// <exception cref="IOException">A run folder cannot be read.</exception>
    public static Task<LeftoverReport> EndAsync(
        DataFolderId dataFolder, IEnumerable<RunFolder> runs, TimeSpan grace, TimeProvider time, CancellationToken now) =>
        EndAsync(dataFolder, runs, spared: [], grace, time, now);

    /// <summary>The same, but leaves alone whatever carries the tag of a run that goes on, because it will be adopted.</summary>
    /// <param name="dataFolder">Whose processes.</param>
    /// <param name="runs">The runs that are recorded; those to spare may be among them.</param>
    /// <param name="spared">The runs to leave alone, see <see cref="SupervisedProcess.Adopt"/>.</param>
    /// <param name="grace">From the polite signal to the kill.</param>
    /// <param name="time">For the grace.</param>
    /// <param name="now">Skips what is left of the grace.</param>
    /// <exception cref="IOException">A run folder cannot be read.</exception>
    public static Task<LeftoverReport> EndAsync(
        DataFolderId dataFolder, IEnumerable<RunFolder> runs, IEnumerable<RunFolder> spared, TimeSpan grace, TimeProvider time, CancellationToken now)
    {
        var sparedTags = spared.Select(run => run.ReadRecord()?.Tag).OfType<string>().ToHashSet();
        return EndAsync(ProcessTable.Current, tag => RunTag.BelongsTo(tag, dataFolder) && !sparedTags.Contains(tag), runs, grace, time, now);
    }

    /// <summary>
    /// Ends the processes of exactly one run, whether or not its wrapper lives: its polite signal, its grace, kill. Those whose wrapper is
    /// gone are found by the tag. Does nothing for a folder in which nothing was started.
    /// </summary>
    /// <param name="run">Which run.</param>
    /// <param name="time">For the grace.</param>
    /// <param name="now">Skips what is left of the grace.</param>
    /// <exception cref="IOException">The run folder cannot be read.</exception>
    public static async Task<LeftoverReport> EndAsync(RunFolder run, TimeProvider time, CancellationToken now) =>
        run.ReadRecord() is { } record
            ? await EndAsync(ProcessTable.Current, tag => tag == record.Tag, [run], record.Grace, time, now)
            : new LeftoverReport([], [], TimeSpan.Zero);

    /// <summary>The run folders anywhere below <paramref name="runsFolder"/>; none if there is no such folder.</summary>
    public static IEnumerable<RunFolder> RunsIn(string runsFolder) =>
        Directory.Exists(runsFolder)
            ? Directory.EnumerateFiles(runsFolder, "run.json", SearchOption.AllDirectories).Select(file => new RunFolder(Path.GetDirectoryName(file)!))
            : [];

    internal static async Task<LeftoverReport> EndAsync(
        IProcessTable table, Predicate<string> isOurs, IEnumerable<RunFolder> runs, TimeSpan grace, TimeProvider time, CancellationToken now)
    {
        var processes = new RunProcesses(table, isOurs, since: 0);
        var living = table.List(since: 0).ToDictionary(process => process.Id);
        foreach (var run in runs)
            if (run.ReadRecord() is { } record && isOurs(record.Tag) && RunWrapper.Find(record, living, table) is { } wrapper)
                processes.AddWrapper(wrapper, record.Interrupt);

        var report = await new RunEnding(processes, table, time).EndAsync(interrupt: true, grace, now);
        return new LeftoverReport(report.Ended, report.Remaining, report.Took);
    }
}

/// <param name="Ended">Those that were alive and are gone.</param>
/// <param name="Remaining">Those that could not be ended.</param>
/// <param name="Took">How long it took.</param>
public sealed record LeftoverReport(IReadOnlyList<EndedProcess> Ended, IReadOnlyList<EndedProcess> Remaining, TimeSpan Took);
