using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Contracts.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableAgentTasks.Activities.Tests.Tasks;

public sealed class StorageRetryTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Waits_double_from_a_tenth_of_a_second_to_five_seconds()
    {
        var waits = new List<double>();
        var calls = 0;
        var run = Retry().RunAsync(_ => ++calls <= 8 ? throw new IOException("full") : Task.CompletedTask, default);
        while (!run.IsCompleted)
        {
            var due = _time.NextDue!.Value;
            waits.Add((due - _time.GetUtcNow()).TotalSeconds);
            _time.AdvanceTo(due);
        }

        await run;
        Assert.Equal([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5], waits);
    }

    [Fact]
    public async Task A_bug_is_not_waited_out() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => Retry().RunAsync(_ => throw new InvalidOperationException(), default));

    [Fact]
    public async Task The_wait_heeds_its_token()
    {
        using var stop = new CancellationTokenSource();
        var run = Retry().RunAsync(_ => throw new IOException("full"), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    private StorageRetry Retry() => new(_time, NullLogger<StorageRetry>.Instance);
}
