using System.Reflection;
using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Engine;
using DurableAgentTasks.Http.Deletion;
using DurableAgentTasks.Http.Housekeeping;
using DurableAgentTasks.Http.Management;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Tasks;
using DurableAgentTasks.Workflow;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableAgentTasks.Http.Tests.Management;

/// <summary>On the embedded engine, whose own client purges as Durable Functions' does: the history alone.</summary>
public sealed class PurgedTasksTests : IAsyncLifetime
{
    private const int Patience = 60_000;

    private readonly TemporaryFolder _folder = new();
    private readonly FileBlobStore _blobs;
    private readonly TaskStore _store;
    private DurableEngine _engine = null!;
    private ITaskClient _client = null!;

    public PurgedTasksTests()
    {
        _blobs = new FileBlobStore(PathOf("blobs"), TimeProvider.System);
        _store = new TaskStore(_blobs);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await OpenAsync("engine");

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        _folder.Dispose();
    }

    [Fact(Timeout = Patience)]
    public async Task One_that_ended_is_deleted_the_second_time_it_is_missing_and_nothing_else_is()
    {
        foreach (var id in new[] { "purged", "failed", "kept" }) await StartAsync(id, id == "failed" ? TaskState.Failed : TaskState.Completed);
        await StartAsync("runs", TaskState.Executing);
        await LookAsync();
        await PurgeAsync("purged");
        await PurgeAsync("failed");
        await LookAsync();
        Assert.Equal(["failed", "kept", "purged", "runs"], await StoredAsync());
        await LookAsync();
        Assert.Equal(["kept", "runs"], await StoredAsync());
    }

    [Fact(Timeout = Patience)]
    public async Task A_purge_of_all_that_ended_is_noticed_too()
    {
        await StartAsync("one", TaskState.Completed);
        await StartAsync("two", TaskState.Cancelled);
        await LookAsync();
        foreach (var ended in (await _client.QueryAsync(new InstanceQuery { Statuses = [RuntimeStatus.Completed, RuntimeStatus.Failed, RuntimeStatus.Terminated] }, Cancellation)).Instances)
            await PurgeAsync(ended.InstanceId);
        await LookAsync(times: 2);
        Assert.Empty(await StoredAsync());
    }

    [Fact(Timeout = Patience)]
    public async Task One_that_had_not_ended_stays()
    {
        await StartAsync("t", TaskState.Executing);
        await LookAsync();
        await _client.TerminateAsync("t", null, Cancellation);
        await _client.WaitAsync("t", Cancellation);
        await PurgeAsync("t");
        await LookAsync(times: 4);
        Assert.Equal(["t"], await StoredAsync());
    }

    [Fact(Timeout = Patience)]
    public async Task An_engine_that_lost_all_it_had_takes_nothing_along()
    {
        await StartAsync("one", TaskState.Completed);
        await StartAsync("two", TaskState.Failed);
        await LookAsync(times: 2);
        await OpenAsync("new");
        await LookAsync(times: 2);

        // It goes on with one of them.
        await StartAsync("two", TaskState.Failed);
        await LookAsync(times: 3);
        Assert.Equal(["one", "two"], await StoredAsync());
    }

    [Fact(Timeout = Patience)]
    public async Task An_engine_that_was_set_back_to_an_earlier_day_takes_nothing_along()
    {
        await StartAsync("old", TaskState.Completed);
        await LookAsync();
        await CloseAsync();
        Copy(PathOf("engine"), PathOf("backup"));
        await OpenAsync("engine");
        await StartAsync("young", TaskState.Completed);
        await LookAsync(times: 2);

        await OpenAsync("backup");
        await LookAsync(times: 3);
        Assert.Equal(["old", "young"], await StoredAsync());
    }

    [Fact(Timeout = Patience)]
    public async Task An_engine_that_was_set_back_by_less_than_the_time_between_two_looks_takes_nothing_along()
    {
        // From outside this is the same as tasks that were started and purged between two looks: those stay for this one's sake.
        await StartAsync("old", TaskState.Completed);
        await LookAsync(times: 2);
        await CloseAsync();
        Copy(PathOf("engine"), PathOf("backup"));
        await OpenAsync("engine");
        await StartAsync("young", TaskState.Failed);

        await OpenAsync("backup");
        await LookAsync();
        await StartAsync("later", TaskState.Completed);
        await LookAsync(times: 3);
        Assert.Equal(["later", "old", "young"], await StoredAsync());
    }

    [Fact(Timeout = Patience)]
    public async Task What_another_engine_on_the_same_storage_had_that_is_never_looked_at_stays()
    {
        await StartAsync("one", TaskState.Completed);
        await LookAsync(times: 2);
        var (first, firstClient) = (_engine, _client);
        _engine = null!;
        await OpenAsync("other");
        await StartAsync("two", TaskState.Failed);
        for (var i = 0; i < 4; i++) await LookAsync(firstClient);

        await first.DisposeAsync();
        Assert.Equal(["one", "two"], await StoredAsync());
    }

    [Fact(Timeout = Patience)]
    public async Task Another_engine_on_the_same_storage_takes_nothing_along()
    {
        await StartAsync("one", TaskState.Completed);
        await LookAsync();
        var (first, firstClient) = (_engine, _client);
        _engine = null!;
        await OpenAsync("other");
        await StartAsync("two", TaskState.Completed);
        for (var i = 0; i < 3; i++)
        {
            await LookAsync();
            await LookAsync(firstClient);
        }

        await first.DisposeAsync();
        Assert.Equal(["one", "two"], await StoredAsync());
    }

    [Fact(Timeout = Patience)]
    public async Task A_moment_in_which_the_engine_finds_nothing_does_no_harm()
    {
        await StartAsync("t", TaskState.Completed);
        await LookAsync();
        await LookAsync(BlindClient.Of(_client, sees: null));
        await LookAsync(BlindClient.Of(_client, sees: TaskCensus.InstanceId));
        await LookAsync();
        await LookAsync(BlindClient.Of(_client, sees: TaskCensus.InstanceId));
        await LookAsync();
        Assert.Equal(["t"], await StoredAsync());
    }

    [Fact(Timeout = Patience)]
    public async Task One_that_was_resumed_after_it_was_missing_stays()
    {
        await StartAsync("t", TaskState.Failed);
        await LookAsync();
        await PurgeAsync("t");
        await LookAsync();
        await StartAsync("t", TaskState.Failed);
        await LookAsync(times: 3);
        Assert.Equal(["t"], await StoredAsync());
    }

    [Fact(Timeout = Patience)]
    public async Task One_that_cannot_be_read_keeps_no_other_from_being_deleted_and_is_looked_at_again()
    {
        foreach (var id in new[] { "bad", "good" }) await StartAsync(id, TaskState.Completed);
        await LookAsync();
        var record = await _store.ReadRecordAsync<TaskRecord>(TaskId.Parse("bad"), Cancellation);
        await _store.TryWriteRecordAsync(TaskId.Parse("bad"), "no record", BlobCondition.None, Cancellation);
        foreach (var id in new[] { "bad", "good" }) await PurgeAsync(id);
        for (var i = 0; i < 2; i++) await LookAsync(failures: run => Assert.Throws<HousekeepingFailedException>(run.End));
        Assert.Equal(["bad"], await StoredAsync());

        await _store.TryWriteRecordAsync(TaskId.Parse("bad"), record!.Value, BlobCondition.None, Cancellation);
        await LookAsync();
        Assert.Empty(await StoredAsync());
    }

    [Fact(Timeout = Patience)]
    public async Task A_census_that_was_ended_or_stands_still_has_no_say()
    {
        await StartAsync("t", TaskState.Completed);
        await LookAsync();
        await PurgeAsync("t");
        await LookAsync();
        await _client.SuspendAsync(TaskCensus.InstanceId, null, Cancellation);
        while (await _client.GetAsync(TaskCensus.InstanceId, payloads: false, Cancellation) is not { Status: RuntimeStatus.Suspended }) await Task.Yield();
        await LookAsync(times: 2);
        await _client.TerminateAsync(TaskCensus.InstanceId, null, Cancellation);
        await _client.WaitAsync(TaskCensus.InstanceId, Cancellation);
        await LookAsync(times: 3);
        Assert.Equal(["t"], await StoredAsync());

        // It is begun anew.
        await StartAsync("u", TaskState.Completed);
        await LookAsync();
        await PurgeAsync("u");
        await LookAsync(times: 2);
        Assert.Equal(["t"], await StoredAsync());
    }

    private string PathOf(string name) => Path.Combine(_folder.Path, name);

    private async Task OpenAsync(string folder)
    {
        await CloseAsync();
        var registry = new DurableRegistry()
            .AddOrchestration(TaskOrchestration.Name, context => context.WaitForExternalEventAsync<string>("end"))
            .AddOrchestration(TaskCensusOrchestration.Name, TaskCensusOrchestration.RunAsync);
        _engine = await DurableEngine.StartAsync(new EngineOptions { Directory = PathOf(folder) }, registry, TimeProvider.System, NullLoggerFactory.Instance, Cancellation);
        _client = _engine.Client;
    }

    private async Task CloseAsync()
    {
        if (_engine is not null) await _engine.DisposeAsync();
    }

    /// <summary>A task as it is in storage in that state, and in the engine.</summary>
    private async Task StartAsync(string id, TaskState state)
    {
        await _client.StartAsync(TaskOrchestration.Name, id, null, Cancellation);
        if (TaskLifecycle.HasEnded(state))
        {
            await _client.RaiseEventAsync(id, "end", null, Cancellation);
            await _client.WaitAsync(id, Cancellation);
        }

        var request = new TaskRequest { Agent = "shell", Workspace = new WorkspaceRequest { Path = "/" } };
        var record = TaskRecord.Created(TaskId.Parse(id), request, TimeProvider.System.GetUtcNow()) with { State = state };
        Assert.NotNull(await _store.TryWriteRecordAsync(record.Id, record, BlobCondition.None, Cancellation));
    }

    private async Task PurgeAsync(string id) => Assert.Equal(OperationOutcome.Accepted, await _client.PurgeAsync(id, Cancellation));

    private Task<string[]> StoredAsync() => _blobs.ListAsync("tasks/", Cancellation).Select(blob => blob.Name.Split('/')[1]).ToArrayAsync(Cancellation).AsTask();

    private async Task LookAsync(int times)
    {
        for (var i = 0; i < times; i++) await LookAsync();
    }

    /// <summary>Returns once the engine keeps what it was told.</summary>
    private async Task LookAsync(ITaskClient? client = null, Action<HousekeepingRun>? failures = null)
    {
        var told = ToldClient.Of(client ?? _client, out var census);
        var run = new HousekeepingRun(NullLogger.Instance, Cancellation);
        await new PurgedTasks(_store, told, new NoCleanup(), new TaskTails(), NullLogger<PurgedTasks>.Instance).DeleteAllAsync(run);
        failures?.Invoke(run);
        while (census() is { } json && (await told.GetAsync(TaskCensus.InstanceId, payloads: true, Cancellation))?.Input != json) await Task.Yield();
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private sealed class NoCleanup : ITaskCleanup
    {
        public Task CleanUpAsync(TaskId task, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task ReleaseAsync(TaskId task, CancellationToken cancellationToken) => Task.CompletedTask;
    }

#pragma warning disable CA1852 // A proxy is derived from each at run time.
    /// <summary>Notes the census that is told by an event.</summary>
    internal class ToldClient : DispatchProxy
    {
        private ITaskClient _client = null!;
        private string? _census;

        public static ITaskClient Of(ITaskClient client, out Func<string?> census)
        {
            var proxy = Create<ITaskClient, ToldClient>();
            var told = (ToldClient)(object)proxy;
            told._client = client;
            census = () => told._census;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name == nameof(ITaskClient.RaiseEventAsync)) _census = (string?)args![2];
            return targetMethod.Invoke(_client, args);
        }
    }

    /// <summary>Finds one instance at most, and lists none.</summary>
    internal class BlindClient : DispatchProxy
    {
        private ITaskClient _client = null!;
        private string? _sees;

        public static ITaskClient Of(ITaskClient client, string? sees)
        {
            var proxy = Create<ITaskClient, BlindClient>();
            ((BlindClient)(object)proxy)._client = client;
            ((BlindClient)(object)proxy)._sees = sees;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
        {
            nameof(ITaskClient.GetAsync) when args![0] as string != _sees => Task.FromResult<OrchestrationInstance?>(null),
            nameof(ITaskClient.ListAsync) => AsyncEnumerable.Empty<OrchestrationInstance>(),
            _ => targetMethod.Invoke(_client, args),
        };
    }
}
