using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Core.Tests.Tasks;

public sealed class TaskDurationsTests
{
    private readonly TaskTimeline _timeline = new();
    private TaskRecord _task = Samples.Task();

    [Fact]
    public void Before_its_turn_a_task_has_taken_no_time() => Expect(now: 90, total: 0, paused: 0);

    [Fact]
    public void While_it_runs_the_time_counts_from_its_start()
    {
        Move(TaskState.Planning, 10);

        Expect(now: 12, total: 2, paused: 0);
    }

    [Fact]
    public void Paused_intervals_add_up_the_open_one_too()
    {
        Move(TaskState.Planning, 10);
        Move(TaskState.Paused, 12);
        Move(TaskState.Resuming, 15);
        Move(TaskState.Executing, 15);
        Move(TaskState.Paused, 20);

        Expect(now: 24, total: 14, paused: 7);
    }

    [Fact]
    public void A_task_cancelled_in_a_pause_stops_counting()
    {
        Move(TaskState.Planning, 10);
        Move(TaskState.Paused, 12);
        Move(TaskState.Cancelled, 15);

        Expect(now: 99, total: 5, paused: 3);
    }

    [Fact]
    public void A_failed_task_stands_still_until_it_is_resumed()
    {
        Move(TaskState.Planning, 10);
        Move(TaskState.Failed, 12);
        Expect(now: 99, total: 2, paused: 0);

        Move(TaskState.Resuming, 1012);
        Expect(now: 1013, total: 1003, paused: 1000);
    }

    [Fact]
    public void A_task_that_failed_before_its_turn_starts_when_it_is_resumed()
    {
        Move(TaskState.Failed, 5);
        Move(TaskState.Resuming, 60);

        Expect(now: 61, total: 1, paused: 0);
    }

    [Fact]
    public void A_clock_that_is_behind_makes_nothing_negative()
    {
        Move(TaskState.Planning, 10);
        Move(TaskState.Paused, 12);

        Expect(now: 5, total: 0, paused: 0);
    }

    [Theory]
    [InlineData(0, "short")]
    [InlineData(59.999, "short")]
    [InlineData(60, "medium")]
    [InlineData(599.999, "medium")]
    [InlineData(600, "long")]
    [InlineData(3600, "long")]
    [InlineData(3600.001, "extended")]
    public void The_class_follows_from_the_total(double seconds, string expected) =>
        Assert.Equal($"\"{expected}\"", Samples.Write(TaskDurations.ClassOf(TimeSpan.FromSeconds(seconds))));

    private void Move(TaskState to, double at) => _timeline.Transition(to, "test", Samples.At(at));

    private void Expect(double now, double total, double paused)
    {
        _task = _task.Apply(_timeline.TakePending());
        var durations = TaskDurations.Of(_task, Samples.At(now));
        Assert.Equal((total, total - paused, paused), (durations.Total.TotalMinutes, durations.Active.TotalMinutes, durations.Paused.TotalMinutes));
    }
}
