using System.Text.Json;
using DurableAgentTasks.Activities.Tests.Hosting;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Tests.Tasks;

public sealed class TaskPreparationTests : IAsyncDisposable
{
    private readonly TaskFixture _task = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _task.DisposeAsync();

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_native_start_gets_a_start_record_so_that_its_id_is_taken()
    {
        var prepared = await PrepareAsync(_task.Body("echo one"));
        Assert.Equal(["1.1"], prepared.Outline!.Phases.Single().Steps.Select(step => step.Id));
        var start = await _task.Store.ReadStartAsync(_task.Id, Cancellation);
        Assert.Equal(DateTimeOffset.UnixEpoch, start!.CreatedAt);
        Assert.Equal(TaskState.Created, (await _task.Records.ReadAsync(_task.Id, Cancellation)).State);
        Assert.Empty(await UnscheduledAsync());
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task Preparing_again_keeps_what_has_happened_since_and_tells_that_it_has()
    {
        var first = await PrepareAsync(_task.Body("echo one"));
        var timeline = new TaskTimeline();
        timeline.Transition(TaskState.Planning, "started", DateTimeOffset.UnixEpoch);
        await _task.Recording.RecordAsync(new RecordTimeline(_task.Id.Value, timeline.TakePending()), Cancellation);
        var second = await PrepareAsync(_task.Body("echo one"));
        Assert.Equal(JsonSerializer.Serialize(first with { WasBegun = true }), JsonSerializer.Serialize(second));
        Assert.Equal(TaskState.Planning, (await _task.Records.ReadAsync(_task.Id, Cancellation)).State);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task An_invalid_start_is_told_with_every_error_and_stores_nothing()
    {
        var prepared = await PrepareAsync(JsonSerializer.SerializeToElement(new { agent = "nobody", workspace = new { path = "relative" } }));
        Assert.Null(prepared.Outline);
        Assert.Superset(new HashSet<string> { "agent", "workspace.path" }, prepared.Errors.Select(error => error.Path).ToHashSet());
        Assert.Null(await _task.Store.ReadStartAsync(_task.Id, Cancellation));
    }

    [Theory(Timeout = TaskFixture.Patience)]
    [InlineData("Not An Id")]
    [InlineData("../up")]
    public async Task An_instance_id_that_is_no_task_id_is_an_error_and_not_an_exception(string id)
    {
        var prepared = await _task.Preparation.PrepareAsync(new PrepareTask(id, _task.Body("echo one"), DateTimeOffset.UnixEpoch), Cancellation);
        Assert.Equal("id", Assert.Single(prepared.Errors).Path);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_start_without_a_plan_is_told_that_it_needs_one()
    {
        var body = JsonSerializer.SerializeToElement(new { agent = "shell", prompt = "do it", workspace = new { path = _task.Workspace } });
        Assert.Equal("plan", Assert.Single((await PrepareAsync(body)).Errors).Path);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_full_disk_is_waited_out()
    {
        _task.Blobs.Fault = _ => _task.Blobs.Refused < 2 ? new IOException("full") : null;
        Assert.NotNull((await PrepareAsync(_task.Body("echo one"))).Outline);
        Assert.Equal(2, _task.Blobs.Refused);
    }

    private Task<PreparedTask> PrepareAsync(JsonElement body) =>
        _task.Preparation.PrepareAsync(new PrepareTask(_task.Id.Value, body, DateTimeOffset.UnixEpoch), Cancellation);

    private async Task<List<TaskId>> UnscheduledAsync()
    {
        var starts = new List<TaskId>();
        await foreach (var start in _task.Store.UnscheduledAsync(DateTimeOffset.MaxValue, Cancellation)) starts.Add(start);
        return starts;
    }
}
