using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Activities.Tests.Hosting;
using DurableAgentTasks.Contracts.Time;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableAgentTasks.Activities.Tests.Tasks;

public sealed class SuspensionReadingTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly ScriptedEngine _engine = new();

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task Suspensions_are_those_in_the_interval_that_is_asked_about()
    {
        _engine.Histories.Enqueue(
        [
            Entry(0, "ExecutionStarted"),
            Entry(10, "ExecutionSuspended"), Entry(12, "ExecutionSuspended"), Entry(20, "ExecutionResumed"), Entry(21, "ExecutionResumed"),
            Entry(30, "ExecutionSuspended"), Entry(40, "ExecutionResumed"),
            Call(50), Entry(60, "ExecutionSuspended"),
        ]);
        Assert.Equal([(10, 20), (30, 40)], await ReadAsync(after: null, until: 50));
        Assert.Equal([(15, 20), (30, 40)], await ReadAsync(after: 15, until: 50));
        Assert.Equal([(30, 35)], await ReadAsync(after: 20, until: 35));
        Assert.Empty(await ReadAsync(after: 40, until: 50));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task One_whose_end_is_not_recorded_ended_when_the_orchestration_ran_again()
    {
        _engine.Histories.Enqueue([Entry(10, "ExecutionSuspended"), Call(50)]);
        Assert.Equal([(10, 50)], await ReadAsync(after: null, until: 50));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_history_that_is_not_stored_up_to_the_call_is_read_again()
    {
        _engine.Histories.Enqueue([Entry(0, "ExecutionStarted"), Call(5)]);
        _engine.Histories.Enqueue([Entry(0, "ExecutionStarted"), Call(5), Entry(10, "ExecutionSuspended"), Entry(20, "ExecutionResumed"), Call(20)]);
        var reading = ReadAsync(after: null, until: 20);
        while (!reading.IsCompleted)
        {
            _time.AdvanceTo(_time.NextDue ?? _time.GetUtcNow());
            await Task.Yield();
        }

        Assert.Equal([(10, 20)], await reading);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_history_that_never_holds_the_call_counts_as_it_is_after_ten_seconds()
    {
        _engine.Histories.Enqueue([Entry(10, "ExecutionSuspended"), Entry(20, "ExecutionResumed")]);
        var begin = _time.GetUtcNow();
        var reading = ReadAsync(after: null, until: 30);
        while (!reading.IsCompleted)
        {
            _time.AdvanceTo(_time.NextDue ?? _time.GetUtcNow());
            await Task.Yield();
        }

        Assert.Equal([(10, 20)], await reading);
        Assert.InRange(_time.GetUtcNow() - begin, TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(10));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task A_history_that_cannot_be_read_tells_of_no_suspension()
    {
        // The engine has no history to give, and says so by an error.
        var reading = ReadAsync(after: null, until: 30);
        while (!reading.IsCompleted)
        {
            _time.AdvanceTo(_time.NextDue ?? _time.GetUtcNow());
            await Task.Yield();
        }

        Assert.Empty(await reading);
    }

    private static DateTimeOffset At(int second) => DateTimeOffset.UnixEpoch.AddSeconds(second);

    private static HistoryEntry Entry(int second, string type) => new(At(second), type, null, null, null);

    private static HistoryEntry Call(int second) => Entry(second, "TaskScheduled") with { Name = "ReadSuspensions" };

    private async Task<IEnumerable<(int From, int To)>> ReadAsync(int? after, int until)
    {
        var reading = new SuspensionReading(_engine, _time, NullLogger<SuspensionReading>.Instance);
        var found = await reading.ReadAsync(new ReadSuspensions("task-1", after is { } second ? At(second) : null, At(until)), TestContext.Current.CancellationToken);
        return found.Select(one => ((int)(one.From - At(0)).TotalSeconds, (int)(one.To - At(0)).TotalSeconds));
    }
}
