using DurableAgentTasks.Activities.Workspaces;
using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>
/// The run folders of one data folder: <c>runs/&lt;task&gt;/&lt;step&gt;.&lt;attempt&gt;.&lt;life&gt;</c>. An attempt that was cut off by the end of its host
/// goes on in its next life, in a folder of its own, so that no output is overwritten.
/// </summary>
public sealed class StepRuns(string dataFolder)
{
    private readonly string _root = Path.Combine(Path.GetFullPath(dataFolder), "runs");

    /// <summary>The data folder.</summary>
    public string DataPath { get; } = Path.GetFullPath(dataFolder);

    public DataFolderId DataFolder { get; } = DataFolderId.Of(dataFolder);

    /// <summary>The lives of an attempt so far, oldest first.</summary>
    public IReadOnlyList<StepRunFolder> LivesOf(TaskId task, string stepId, int attempt)
    {
        var lives = new List<StepRunFolder>();
        for (var life = 1; Open(task, stepId, attempt, life) is { Exists: true } folder; life++) lives.Add(folder);
        return lives;
    }

    /// <summary>The tasks that have run folders.</summary>
    public IEnumerable<TaskId> Tasks() => TaskFolders.In(_root);

    public StepRunFolder Open(TaskId task, string stepId, int attempt, int life) =>
        new(new RunFolder(Path.Combine(FolderOf(task), $"{stepId}.{attempt}.{life}")), $"{stepId}.{attempt}.{life}");

    /// <summary>Where the runs of a task are.</summary>
    internal string FolderOf(TaskId task) => Path.Combine(_root, task.Value);

    /// <summary>Removes the folders of a step that is over.</summary>
    public void Remove(TaskId task, string stepId)
    {
        var folder = FolderOf(task);
        if (!Directory.Exists(folder)) return;
        foreach (var run in Directory.EnumerateDirectories(folder, $"{stepId}.*"))
        {
            // "1.1.*" also matches the folders of a step "1.1.9"; those have one more number.
            if (Path.GetFileName(run)[stepId.Length..].Count(c => c == '.') == 2) Directory.Delete(run, recursive: true);
        }
    }

    /// <summary>Removes all run folders of a task.</summary>
    public void Remove(TaskId task)
    {
        var folder = FolderOf(task);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    /// <summary>
    /// Ends what an earlier life of the host left running, before anything new is started, but for the runs that go on. Each of those
    /// that are ended is marked first, so that the end we give it is not taken for its own.
    /// </summary>
    /// <param name="goesOn">Whether an attempt will be asked for again, and then adopted.</param>
    /// <param name="grace">From the polite signal to the kill.</param>
    /// <param name="time">For the grace.</param>
    /// <param name="cancellationToken">Skips what is left of the grace.</param>
    public async Task<LeftoverReport> EndLeftoversAsync(
        Func<StepKey, Task<bool>> goesOn, TimeSpan grace, TimeProvider time, CancellationToken cancellationToken)
    {
        var runs = Leftovers.RunsIn(_root).ToList();
        var spared = new List<RunFolder>();
        foreach (var run in runs.Where(run => run.Read().State == RunState.Alive))
        {
            if (KeyOf(run) is { } key && await goesOn(key)) spared.Add(run);
            else new StepRunFolder(run, Path.GetFileName(run.Path)).MarkInterrupted();
        }

        return await Leftovers.EndAsync(DataFolder, runs, spared, grace, time, cancellationToken);
    }

    /// <summary>Ends what an earlier life of the host left running of a task that nobody goes on with. What this life runs is to be ended before.</summary>
    public async Task EndLeftoversAsync(TaskId task, TimeProvider time, CancellationToken now)
    {
        foreach (var run in Leftovers.RunsIn(FolderOf(task))) await Leftovers.EndAsync(run, time, now);
    }

    /// <summary>Ends what runs of a task that another host may go on with: what is alive is marked first, as interrupted.</summary>
    internal async Task EndLostAsync(TaskId task, TimeProvider time, CancellationToken now)
    {
        foreach (var run in Leftovers.RunsIn(FolderOf(task)).Where(run => run.Read().State == RunState.Alive)) new StepRunFolder(run, Path.GetFileName(run.Path)).MarkInterrupted();
        await EndLeftoversAsync(task, time, now);
    }

    /// <summary>Which attempt a run is a life of; <see langword="null"/> for a folder that is none of ours.</summary>
    private static StepKey? KeyOf(RunFolder run)
    {
        var name = Path.GetFileName(run.Path).Split('.');
        return name.Length >= 3 && int.TryParse(name[^2], out var attempt)
            ? new StepKey(Path.GetFileName(Path.GetDirectoryName(run.Path))!, string.Join('.', name[..^2]), attempt)
            : null;
    }
}

/// <summary>The folder of one life of an attempt.</summary>
public sealed record StepRunFolder(RunFolder Folder, string Name)
{
    public bool Exists => Directory.Exists(Folder.Path);

    private string InterruptedMark => Path.Combine(Folder.Path, "interrupted");

    /// <summary>
    /// Says that the end it comes to is given to it, whatever its exit code will be: programs exit with 0 on an interrupt too.
    /// To be called before it is told to end.
    /// </summary>
    public void MarkInterrupted()
    {
        if (File.Exists(InterruptedMark) || Folder.Read().State == RunState.Ended) return;
        try
        {
            // It may be about to start: the folder is made for the mark then.
            Directory.CreateDirectory(Folder.Path);
            File.WriteAllBytes(InterruptedMark, []);

            // Nobody has told it to end yet, so an end that is here now is its own.
            if (Folder.Read().State == RunState.Ended) File.Delete(InterruptedMark);
        }
        catch (IOException)
        {
            // A full disk takes no mark, and must not keep a command from being stopped.
        }
    }

    /// <summary>How it ended by itself; <see langword="null"/> if it did not.</summary>
    public int? OwnExitCode() => File.Exists(InterruptedMark) ? null : Folder.Read().ExitCode;
}
