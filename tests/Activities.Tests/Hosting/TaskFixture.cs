using System.Text.Json;
using DurableAgentTasks.Activities.Checkpoints;
using DurableAgentTasks.Activities.Delivery;
using DurableAgentTasks.Activities.Emergency;
using DurableAgentTasks.Activities.Planning;
using DurableAgentTasks.Activities.Secrets;
using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Activities.Workspaces;
using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Core.Timeouts;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Checkpoints;
using DurableAgentTasks.Storage.Logs;
using DurableAgentTasks.Storage.Steps;
using DurableAgentTasks.Storage.Tasks;
using DurableAgentTasks.Workflow.Activities;
using DurableAgentTasks.Workspaces;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DurableAgentTasks.Activities.Tests.Hosting;

/// <summary>The activities on a data folder of their own, and a workspace beside it. At the end no process of its steps may be left.</summary>
public sealed class TaskFixture : IAsyncDisposable
{
    public const int Patience = 60_000;

    private readonly TemporaryFolder? _own;

    private readonly string _folder;

    private readonly bool _amongOthers;

    private long _fence;
    private ServiceProvider _services = null!;

    public TaskFixture()
        : this(null)
    {
    }

    /// <param name="blobs">A storage that is another host's too; <see langword="null"/> is one of its own.</param>
    /// <param name="amongOthers">It is one of several hosts of the same tasks.</param>
    /// <param name="folder">Of the host, as another life has left it; <see langword="null"/> is one of its own, which goes with it.</param>
    internal TaskFixture(IBlobStore? blobs, bool amongOthers = false, string? folder = null)
    {
        _own = folder is null ? new TemporaryFolder() : null;
        _folder = folder ?? _own!.Path;
        _amongOthers = amongOthers;
        Directory.CreateDirectory(Data);
        Directory.CreateDirectory(Workspace);
        Blobs = new FaultyBlobStore(blobs ?? new FileBlobStore(Path.Combine(_folder, "blobs"), TimeProvider.System));
        Begin();
    }

    public TaskId Id { get; init; } = TaskId.Parse("task-1");

    public string Data => Path.Combine(_folder, "data");

    public string Workspace => Path.Combine(_folder, "workspace");

    /// <summary>By which leases are renewed, and looked for what others want; counts from the next <see cref="Begin"/>.</summary>
    public TimeProvider LeaseTime { get; set; } = TimeProvider.System;

    /// <summary>What the operator has configured; counts from the next <see cref="Begin"/>.</summary>
    public Dictionary<string, string?> Configuration { get; } = [];

    public IServiceProvider Services => _services;

    public TaskStore Store => _services.GetRequiredService<TaskStore>();

    public StepControls Controls => _services.GetRequiredService<StepControls>();

    public StepPulses Pulses => _services.GetRequiredService<StepPulses>();

    public StepClaims Claims => _services.GetRequiredService<StepClaims>();

    public StepRuns Runs => _services.GetRequiredService<StepRuns>();

    public TaskRecords Records => _services.GetRequiredService<TaskRecords>();

    public RunningSteps Running => _services.GetRequiredService<RunningSteps>();

    public IRunningSteps Emergency => _services.GetRequiredService<IRunningSteps>();

    public StepRunner Runner => _services.GetRequiredService<StepRunner>();

    public TaskPreparation Preparation => _services.GetRequiredService<TaskPreparation>();

    public PlanAcceptance Acceptance => _services.GetRequiredService<PlanAcceptance>();

    public TimelineRecording Recording => _services.GetRequiredService<TimelineRecording>();

    public CheckpointTaking Taking => _services.GetRequiredService<CheckpointTaking>();

    public CheckpointRestoring Restoring => _services.GetRequiredService<CheckpointRestoring>();

    public CheckpointFiles Files => _services.GetRequiredService<CheckpointFiles>();

    public CheckpointStore Checkpoints => _services.GetRequiredService<CheckpointStore>();

    public TaskWorkspaces Workspaces => _services.GetRequiredService<TaskWorkspaces>();

    public TaskDelivery Delivery => _services.GetRequiredService<TaskDelivery>();

    public TaskRevival Revival => _services.GetRequiredService<TaskRevival>();

    public TreeArrival Arrival => _services.GetRequiredService<TreeArrival>();

    public WorkspaceCleanUp CleanUp => _services.GetRequiredService<WorkspaceCleanUp>();

    public ResultPatches Patches => _services.GetRequiredService<ResultPatches>();

    internal StepLogs Logs => _services.GetRequiredService<StepLogs>();

    internal FaultyBlobStore Blobs { get; }

    internal ScriptedEngine Engine { get; } = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Another life of the host, which knows what is on the disk. The one before has died: it ends nothing.</summary>
    public void Begin()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(Configuration).Build();
        var options = configuration.GetSection("Agents").Get<AgentOptions>() ?? new AgentOptions();
        var catalog = AgentCatalog.Create(options);
        Assert.Empty(catalog.Errors);
        var timeouts = new TimeoutOptions();
        configuration.GetSection("Timeouts").Bind(timeouts);
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton<IBlobStore>(Blobs)
            .AddSingleton(new StepRuns(Data))
            .AddSingleton<ITaskClient>(Engine)
            .AddSingleton(new StepHosting(_amongOthers))
            .AddSingleton(options)
            .AddSingleton(catalog.Catalog!)
            .AddSingleton(provider => new TaskAdmission(
                new TaskRequestRules { Agents = catalog.Catalog!.Names, Timeouts = timeouts }, provider.GetRequiredService<TaskChecks>().Of))
            .AddSingleton(configuration.GetSection("Workspaces").Get<WorkspaceOptions>() ?? new WorkspaceOptions())
            .AddSingleton(configuration.GetSection("Checkpoints").Get<CheckpointOptions>() ?? new CheckpointOptions())
            .AddTaskActivities()
            .AddSingleton(provider => ActivatorUtilities.CreateInstance<StepLeases>(provider, LeaseTime))
            .BuildServiceProvider();
    }

    /// <summary>A task of one phase, of a step for each command.</summary>
    public Task PrepareAsync(params string[] commands) => PrepareAsync(Body(commands));

    public async Task PrepareAsync(JsonElement body)
    {
        var prepared = await Preparation.PrepareAsync(new PrepareTask(Id.Value, body, DateTimeOffset.UnixEpoch), Cancellation);
        Assert.Empty(prepared.Errors);
    }

    public JsonElement Body(params string[] commands) => BodyOf(new { path = Workspace }, commands);

    /// <summary>A task of one phase that works elsewhere.</summary>
    public static JsonElement BodyOf(object workspace, params string[] commands) => BodyOf(workspace, deliver: null, commands);

    /// <inheritdoc cref="BodyOf(object, string[])"/>
    public static JsonElement BodyOf(object workspace, object? deliver, params string[] commands) => JsonSerializer.SerializeToElement(new
    {
        agent = "shell",
        workspace,
        deliver,
        environment = new Dictionary<string, string> { ["GREETING"] = "hello" },
        plan = new { phases = new[] { new { title = "All", steps = commands.Select(command => new { title = "Step", kind = "shell", command }) } } },
    });

    /// <summary>The next call for an attempt.</summary>
    public RunStep Attempt(int number = 1) => new(Id.Value, "1.1", number) { Fence = Interlocked.Increment(ref _fence) };

    public Task<StepOutcome> RunAsync(CancellationToken hostStops = default) => Runner.RunAsync(Attempt(), hostStops);

    public Task<bool> FreezeAsync(bool frozen) => Running.FreezeAsync(new FreezeStep(Id.Value, "1.1", 1, frozen), Cancellation);

    public Task<StepPulse> PulseAsync() => Pulses.ReadAsync(new ReadPulse(Id.Value), Cancellation);

    public Task<bool> StopAsync(StopReason reason = StopReason.Cancelled) =>
        Running.StopAsync(new StopStep(Id.Value, "1.1", 1, reason), Cancellation);

    /// <summary>Claims the task for a call as a host does that then dies.</summary>
    /// <param name="call">The call.</param>
    /// <param name="host">Which host; <see langword="null"/> is this one.</param>
    /// <param name="started">Whether it was about to start a program.</param>
    public async Task BeganAsync(RunStep call, string? host = null, bool started = false)
    {
        await Claims.ClaimAsync(Id, call.Fence, call.StepId, call.Attempt, JsonSerializer.SerializeToElement(call, TaskJson.Options), Cancellation);
        await Claims.BeginAsync(Id, call.StepId, call.Attempt, host ?? Workspaces.Here.Host, Cancellation);
        if (started) await Claims.StartAsync(Id, call.StepId, call.Attempt, host ?? Workspaces.Here.Host, Cancellation);
    }

    /// <summary>A claim as it was before it told whether its attempt was ended in order.</summary>
    public Task BeganUnderEarlierVersionAsync(RunStep call)
    {
        var claim = new { call.Fence, call.StepId, call.Attempt, call, Workspaces.Here.Host };
        return Blobs.TryWriteAsync($"tasks/{Id}/claim.json", new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(claim, TaskJson.Options)), BlobCondition.Absent, Cancellation);
    }

    /// <summary>Starts a life of the step as a host does that then dies: nobody follows it, and nothing of it is recorded.</summary>
    public async Task<SupervisedProcess> RunUnwatchedAsync(string command)
    {
        var folder = Runs.Open(Id, "1.1", 1, 1);
        var spec = ShellCommand.ToSpec(command, Workspace, folder.Folder, RunTag.Create(Runs.DataFolder, Id, folder.Name));
        var start = await SupervisedProcess.StartAsync(spec, TimeProvider.System, default, default);
        return Assert.IsType<ProcessStart.Started>(start).Process;
    }

    /// <summary>Takes what the first life of the step prints into the log, as the step does.</summary>
    public Task FollowAsync(Task runEnded, CancellationToken cancellationToken) =>
        FollowAsync(Logs.Of(Id, "1.1", SecretMask.None), runEnded, cancellationToken);

    internal Task FollowAsync(StepLog log, Task runEnded, CancellationToken cancellationToken)
    {
        var life = Runs.Open(Id, "1.1", 1, 1);
        var reading = new ShellProgram("", "", _ => throw new InvalidOperationException(), new Dictionary<string, string?>()).Read(life);
        return log.FollowAsync(reading, runEnded, () => { }, cancellationToken);
    }

    /// <summary>Adds to the timeline of the task.</summary>
    public async Task RecordAsync(Action<TaskTimeline> tell)
    {
        var timeline = (await Records.ReadAsync(Id, Cancellation)).ContinueTimeline();
        tell(timeline);
        await Recording.RecordAsync(new RecordTimeline(Id.Value, timeline.TakePending()), Cancellation);
    }

    public Task<LeftoverReport> TakeOverAsync() => _services.GetRequiredService<StepTakeover>().RunAsync(Cancellation);

    /// <summary>Ends whatever runs, as if no attempt would be asked for again.</summary>
    public Task<LeftoverReport> EndLeftoversAsync() =>
        Runs.EndLeftoversAsync(_ => Task.FromResult(false), TimeSpan.FromSeconds(5), TimeProvider.System, Cancellation);

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
        _own?.Dispose();
        Assert.Empty(left.Ended.Select(process => process.Name));
    }
}
