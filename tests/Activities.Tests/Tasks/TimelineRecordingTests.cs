using DurableAgentTasks.Activities.Tests.Hosting;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Tests.Tasks;

public sealed class TimelineRecordingTests : IAsyncDisposable
{
    private readonly TaskFixture _task = new();
    private readonly TaskTimeline _timeline = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _task.DisposeAsync();

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task Recording_twice_is_recording_once()
    {
        await _task.PrepareAsync("echo one");
        Begin();
        var entries = _timeline.TakePending();
        await RecordAsync(entries);
        await RecordAsync(entries);
        Assert.Equal([1L, 2, 3], (await _task.Store.ReadTimelineAsync(_task.Id, Cancellation)).Select(entry => entry.Number));
        var record = await _task.Records.ReadAsync(_task.Id, Cancellation);
        Assert.Equal((3, TaskState.Executing), (record.AppliedThrough, record.State));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_crash_between_timeline_and_record_is_made_up_for_when_it_is_recorded_again()
    {
        await _task.PrepareAsync("echo one");
        Begin();
        var entries = _timeline.TakePending();
        await _task.Store.AppendTimelineAsync(_task.Id, entries, Cancellation);
        await RecordAsync(entries);
        Assert.Equal(3, (await _task.Store.ReadTimelineAsync(_task.Id, Cancellation)).Count);
        Assert.Equal(3, (await _task.Records.ReadAsync(_task.Id, Cancellation)).AppliedThrough);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task The_run_folders_of_a_step_go_when_its_end_is_recorded_and_not_before()
    {
        await _task.PrepareAsync("echo one");
        await _task.RunAsync();
        Begin();
        await RecordAsync(_timeline.TakePending());
        Assert.Single(_task.Runs.LivesOf(_task.Id, "1.1", 1));
        _timeline.StepEnded("1.1", WorkStatus.Completed, 1, 0, null, DateTimeOffset.UnixEpoch);
        await RecordAsync(_timeline.TakePending());
        Assert.Empty(_task.Runs.LivesOf(_task.Id, "1.1", 1));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_full_disk_is_waited_out()
    {
        await _task.PrepareAsync("echo one");
        Begin();
        _task.Blobs.Fault = _ => _task.Blobs.Refused < 2 ? new IOException("full") : null;
        await RecordAsync(_timeline.TakePending());
        Assert.Equal(3, (await _task.Records.ReadAsync(_task.Id, Cancellation)).AppliedThrough);
    }

    private void Begin()
    {
        _timeline.Transition(TaskState.Planning, "started", DateTimeOffset.UnixEpoch);
        _timeline.Transition(TaskState.Executing, "plan_given", DateTimeOffset.UnixEpoch);
        _timeline.StepStarted("1.1", 1, DateTimeOffset.UnixEpoch);
    }

    private Task<RecordedTimeline> RecordAsync(IReadOnlyList<TimelineEntry> entries) =>
        _task.Recording.RecordAsync(new RecordTimeline(_task.Id.Value, entries), Cancellation);
}
