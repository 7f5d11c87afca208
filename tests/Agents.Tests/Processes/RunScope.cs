using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Agents.Tests.Processes;

/// <summary>A data folder of one test. At the end no process may carry its tag.</summary>
internal sealed class RunScope : IAsyncDisposable
{
    private static readonly TaskId Task1 = TaskId.Parse("task-1");

    private int _runs;

    public string DataFolder { get; } = Directory.CreateTempSubdirectory("dat-agents-").FullName;

    public DataFolderId Id => DataFolderId.Of(DataFolder);

    public CollectedOutput Output { get; } = new();

    public CollectedOutput Error { get; } = new();

    public ProcessSpec Agent(params string[] arguments) => Spec(FakeAgentProgram.Path, arguments);

    public ProcessSpec Shell(string command)
    {
        var (folder, tag) = NextRun();
        return ShellCommand.ToSpec(command, DataFolder, folder, tag);
    }

    public ProcessSpec Spec(string fileName, params string[] arguments)
    {
        var (folder, tag) = NextRun();
        return new ProcessSpec { FileName = fileName, Arguments = arguments, WorkingDirectory = DataFolder, Folder = folder, Tag = tag };
    }

    /// <summary>Starts a run and follows both its streams into <see cref="Output"/> and <see cref="Error"/>.</summary>
    public async Task<SupervisedProcess> StartAsync(ProcessSpec spec, TimeProvider? time = null, CancellationToken pleaseStop = default, CancellationToken now = default)
    {
        var start = await SupervisedProcess.StartAsync(spec, time ?? TimeProvider.System, pleaseStop, now);
        var process = Assert.IsType<ProcessStart.Started>(start).Process;
        Tails = Task.WhenAll(Follow(process.Folder, OutputStream.StandardOutput, Output, process.Completion), Follow(process.Folder, OutputStream.StandardError, Error, process.Completion));
        return process;
    }

    public Task Tails { get; private set; } = Task.CompletedTask;

    /// <summary>Runs to the end and reads all output.</summary>
    public async Task<ProcessExit> RunAsync(ProcessSpec spec)
    {
        var exit = await (await StartAsync(spec)).Completion;
        await Tails;
        return exit;
    }

    public static Task Follow(RunFolder folder, OutputStream stream, CollectedOutput output, Task ended, long offset = 0) =>
        new OutputTail(stream, folder.PathOf(stream), offset, output.ReceiveAsync, TimeProvider.System).RunAsync(ended, CancellationToken.None);

    public IReadOnlyList<string> Tagged() =>
        [.. ProcessTable.Current.List(since: 0).Where(process => process.Tag is { } tag && RunTag.BelongsTo(tag, Id)).Select(process => $"{process.Id.Pid} {process.Name}")];

    public async ValueTask DisposeAsync()
    {
        var left = Tagged();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await Leftovers.EndAsync(Id, [], TimeSpan.Zero, TimeProvider.System, now.Token);
        Directory.Delete(DataFolder, recursive: true);
        Assert.Empty(left);
    }

    private (RunFolder Folder, RunTag Tag) NextRun()
    {
        var run = $"1.{++_runs}";
        return (new RunFolder(Path.Combine(DataFolder, "runs", run)), RunTag.Create(Id, Task1, run));
    }
}
