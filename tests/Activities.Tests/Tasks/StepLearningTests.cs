using DurableAgentTasks.Activities.Tests.Hosting;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Progress;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Tests.Tasks;

public sealed class StepLearningTests : IAsyncDisposable
{
    private readonly TaskFixture _task = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _task.DisposeAsync();

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_completed_step_is_learned_once_however_often_it_is_recorded()
    {
        await _task.PrepareAsync("echo one", "echo two");
        var entries = Life();
        await RecordAsync(entries);
        await RecordAsync(entries);

        var pace = Assert.Single(await LearnedAsync());
        Assert.Equal((StepKind.Shell, 1), (pace.Kind, pace.Durations.Count));
        Assert.Equal(60, Math.Exp(pace.Durations.MeanLog), 6);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_step_that_a_restore_takes_as_done_is_not_learned_again()
    {
        await _task.PrepareAsync("echo one", "echo two");
        await RecordAsync(Life());
        var checkpoint = new CheckpointReference("0123456789abcdef", "phase", DateTimeOffset.UnixEpoch, null, null);
        var timeline = new TaskTimeline(TaskState.Executing, Life()[^1].Number + 1);
        timeline.Restored(new RestoredData(checkpoint, null, ["1.1"]), null, DateTimeOffset.UnixEpoch.AddMinutes(5));
        await RecordAsync(timeline.TakePending());
        timeline.Restored(new RestoredData(checkpoint, null, []) { Over = ["1.1"] }, null, DateTimeOffset.UnixEpoch.AddMinutes(6));
        await RecordAsync(timeline.TakePending());

        Assert.Equal(1, Assert.Single(await LearnedAsync()).Durations.Count);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_task_begins_with_what_earlier_ones_took_and_tells_whoever_records()
    {
        await new StepDurations(_task.Blobs).AddAsync("shell", [(StepKind.Shell, TimeSpan.FromMinutes(1))], Cancellation);
        await _task.PrepareAsync("echo one", "echo two");
        var recorded = await RecordAsync(Life());

        Assert.Equal((DateTimeOffset.UnixEpoch, ProgressBasis.StepsAndHistory), (recorded.StartedAt!.Value, recorded.Forecast!.Basis));
        Assert.InRange(recorded.Forecast.RemainingAt(DateTimeOffset.UnixEpoch.AddMinutes(1)).Likely.TotalSeconds, 55, 80);
        Assert.Equal(recorded.Forecast, (await _task.Records.ReadAsync(_task.Id, Cancellation)).Forecast);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_task_goes_on_where_nothing_can_be_learned()
    {
        await _task.PrepareAsync("echo one", "echo two");
        _task.Blobs.Fault = name => name.Contains("durations", StringComparison.Ordinal) ? new IOException("full") : null;
        await RecordAsync(Life());
        _task.Blobs.Fault = _ => null;
        Assert.Empty(await LearnedAsync());
        Assert.Equal(WorkStatus.Completed, (await _task.Records.ReadAsync(_task.Id, Cancellation)).Steps[0].Status);
    }

    private static IReadOnlyList<TimelineEntry> Life()
    {
        var timeline = new TaskTimeline();
        timeline.Transition(TaskState.Planning, "started", DateTimeOffset.UnixEpoch);
        timeline.Transition(TaskState.Executing, "plan_given", DateTimeOffset.UnixEpoch);
        timeline.StepStarted("1.1", 1, DateTimeOffset.UnixEpoch);
        timeline.StepEnded("1.1", WorkStatus.Completed, 1, 0, null, DateTimeOffset.UnixEpoch.AddMinutes(1));
        return timeline.TakePending();
    }

    private Task<IReadOnlyList<KindPace>> LearnedAsync() => new StepDurations(_task.Blobs).ReadAsync("shell", Cancellation);

    private Task<RecordedTimeline> RecordAsync(IReadOnlyList<TimelineEntry> entries) =>
        _task.Recording.RecordAsync(new RecordTimeline(_task.Id.Value, entries), Cancellation);
}
