using System.Text.Json;
using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Logs;
using DurableAgentTasks.Storage.Tasks;
using DurableAgentTasks.Workflow.Activities;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableAgentTasks.Activities.Tests.Hosting;

/// <summary>The activities on a data folder of their own, and a workspace beside it. At the end no process of its steps may be left.</summary>
public sealed class TaskFixture : IAsyncDisposable
{
    public const int Patience = 60_000;

    private readonly TemporaryFolder _folder = new();

    public TaskFixture()
    {
        Directory.CreateDirectory(Workspace);
        Blobs = new FaultyBlobStore(new FileBlobStore(Path.Combine(Data, "blobs"), TimeProvider.System));
        Store = new TaskStore(Blobs);
        Runs = new StepRuns(Data);
        Retry = new StorageRetry(TimeProvider.System, NullLogger<StorageRetry>.Instance);
        Records = new TaskRecords(Store);
        Begin();
    }

    public TaskId Id { get; } = TaskId.Parse("task-1");

    public string Data => Path.Combine(_folder.Path, "data");

    public string Workspace => Path.Combine(_folder.Path, "workspace");

    public TaskStore Store { get; }

    public StepRuns Runs { get; }

    public TaskRecords Records { get; }

    public StorageRetry Retry { get; }

    public RunningSteps Running { get; private set; } = null!;

    public StepRunner Runner { get; private set; } = null!;

    public StepLogs Logs { get; private set; } = null!;

    public static TaskAdmission Admission { get; } = new(
        new TaskRequestRules { Agents = [TaskRequest.ShellAgent] }, TaskChecks.Supported, TaskChecks.Workspace);

    public TaskPreparation Preparation => new(Admission, Store, Records, Retry);

    public TimelineRecording Recording => new(Store, Records, Runs, Retry, NullLogger<TimelineRecording>.Instance);

    internal FaultyBlobStore Blobs { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Another life of the host, which knows what is on the disk.</summary>
    public void Begin()
    {
        Running = new RunningSteps(Store, Retry);
        Logs = new StepLogs(Blobs, new TaskSignals(), TimeProvider.System, NullLogger<StepLogs>.Instance);
        Runner = new StepRunner(Records, Logs, Runs, Running, TimeProvider.System);
    }

    /// <summary>A task of one phase, of a step for each command.</summary>
    public async Task PrepareAsync(params string[] commands)
    {
        var prepared = await Preparation.PrepareAsync(new PrepareTask(Id.Value, Body(commands), DateTimeOffset.UnixEpoch), Cancellation);
        Assert.Empty(prepared.Errors);
    }

    public JsonElement Body(params string[] commands) => JsonSerializer.SerializeToElement(new
    {
        agent = "shell",
        workspace = new { path = Workspace },
        environment = new Dictionary<string, string> { ["GREETING"] = "hello" },
        plan = new { phases = new[] { new { title = "All", steps = commands.Select(command => new { title = "Step", kind = "shell", command }) } } },
    });

    public RunStep Attempt(int number = 1) => new(Id.Value, "1.1", number);

    public Task<StepOutcome> RunAsync(CancellationToken hostStops = default) => Runner.RunAsync(Attempt(), hostStops);

    public Task<bool> StopAsync(StopReason reason = StopReason.Cancelled) =>
        Running.StopAsync(new StopStep(Id.Value, "1.1", 1, reason), Cancellation);

    /// <summary>Starts a life of the step as a host does that then dies: nobody follows it, and nothing of it is recorded.</summary>
    public async Task<SupervisedProcess> RunUnwatchedAsync(string command)
    {
        var folder = Runs.Open(Id, "1.1", 1, 1);
        var spec = ShellCommand.ToSpec(command, Workspace, folder.Folder, RunTag.Create(Runs.DataFolder, Id, folder.Name));
        var start = await SupervisedProcess.StartAsync(spec, TimeProvider.System, default, default);
        return Assert.IsType<ProcessStart.Started>(start).Process;
    }

    public Task<LeftoverReport> EndLeftoversAsync() => Runs.EndLeftoversAsync(TimeSpan.FromSeconds(5), TimeProvider.System, Cancellation);

    public async Task<IReadOnlyList<LogLine>> LogAsync() => (await new TaskLogReader(Blobs, Id).ReadPageAsync(0, 100_000, null, Cancellation)).Lines;

    public async Task<string[]> PrintedAsync() =>
        [.. (await LogAsync()).Where(line => line.Stream != LogStream.System).Select(line => line.Text)];

    public Task UntilLoggedAsync(string text) => UntilAsync(async () => (await PrintedAsync()).Contains(text));

    public Task UntilFileAsync(string name) => UntilAsync(() => Task.FromResult(File.Exists(Path.Combine(Workspace, name))));

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!await condition()) await tick.WaitForNextTickAsync(Cancellation);
    }

    /// <summary>Makes a file commands wait for, see <see cref="Waits"/>.</summary>
    public void Touch(string name) => File.WriteAllBytes(Path.Combine(Workspace, name), []);

    /// <summary>Shell text that goes on once there is the file.</summary>
    public static string Waits(string name) => $"while [ ! -e {name} ]; do sleep 0.01; done";

    /// <summary>How often a command has noted that it ran.</summary>
    public int Notes(string name) => File.Exists(Path.Combine(Workspace, name)) ? File.ReadAllLines(Path.Combine(Workspace, name)).Length : 0;

    public async ValueTask DisposeAsync()
    {
        var left = await EndLeftoversAsync();
        _folder.Dispose();
        Assert.Empty(left.Ended.Select(process => process.Name));
    }
}
