using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Housekeeping;
using DurableAgentTasks.Http.Tests.Hosting;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Queue;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Http.Tests;

/// <summary>What fails takes nothing else along.</summary>
public sealed class TaskReconciliationTests : ApiTest
{
    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?> { ["Retention:EndedTasks"] = "00:00:00.0000001" };

    [Fact]
    public async Task A_record_that_cannot_be_read_keeps_no_other_task_from_its_end_its_place_or_its_deletion()
    {
        foreach (var id in new[] { "bad", "good" })
        {
            await StartAsync(id);
            await Host.Engine.TerminateAsync(id, "elsewhere", Cancellation);
        }

        await StartAsync("expired-bad", "exit 0");
        await StartAsync("expired", "exit 0");
        await JoinAsync("lost");
        await SpoilAsync("tasks/bad/record.json");
        foreach (var name in new[] { "start", "record" }) await SpoilAsync($"tasks/expired-bad/{name}.json");
        var failed = await Assert.ThrowsAsync<HousekeepingFailedException>(ReconcileAsync);

        Assert.Contains("clean up good", Host.Engine.Calls);
        Assert.Contains("release lost", Host.Engine.Calls);
        Assert.Contains("purge expired", Host.Engine.Calls);
        Assert.DoesNotContain("purge expired-bad", Host.Engine.Calls);
        Assert.Contains("bad", failed.Message, StringComparison.Ordinal);
        Assert.Contains(Host.Log.Lines, line => line.Level == LogLevel.Error && line.Text.Contains("task bad", StringComparison.Ordinal) && line.Text.Contains("JsonException", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_start_that_cannot_be_read_or_scheduled_keeps_nothing_else_from_being_done()
    {
        foreach (var id in new[] { "bad", "good", "refused" }) await CrashBeforeSchedulingAsync(id);
        await JoinAsync("lost");
        await SpoilAsync("tasks/bad/start.json");
        Host.Engine.StartRefused = id => id == "refused" ? new EngineUnavailableException("not now") : null;
        var failed = await Assert.ThrowsAsync<HousekeepingFailedException>(ReconcileAsync);

        Assert.Equal(2, failed.InnerExceptions.Count);
        Assert.NotNull(await Host.Engine.GetAsync("good", payloads: false, Cancellation));
        Assert.Contains("release lost", Host.Engine.Calls);

        // The next time it is made up for.
        Host.Engine.StartRefused = null;
        await Assert.ThrowsAsync<HousekeepingFailedException>(ReconcileAsync);
        Assert.NotNull(await Host.Engine.GetAsync("refused", payloads: false, Cancellation));
    }

    [Fact]
    public async Task A_delete_that_cannot_be_finished_keeps_nothing_else_from_being_done()
    {
        foreach (var id in new[] { "bad", "good" }) await Host.Blobs.TryWriteAsync($"deleting/{id}", Stream.Null, BlobCondition.None, Cancellation);
        await JoinAsync("lost");
        Host.Blobs.Broken = "tasks/bad/";
        await Assert.ThrowsAsync<HousekeepingFailedException>(ReconcileAsync);

        Assert.Equal(["deleting/bad"], await Host.Blobs.ListAsync("deleting/", Cancellation).Select(blob => blob.Name).ToListAsync(Cancellation));
        Assert.Contains("release lost", Host.Engine.Calls);
    }

    [Fact]
    public async Task A_list_that_cannot_be_read_keeps_the_rest_from_nothing()
    {
        await StartAsync("t");
        await Host.Engine.TerminateAsync("t", "elsewhere", Cancellation);
        Host.Blobs.Broken = "starting/";
        await Assert.ThrowsAsync<HousekeepingFailedException>(ReconcileAsync);

        Assert.Contains("clean up t", Host.Engine.Calls);
    }

    [Fact]
    public async Task It_goes_through_the_instances_and_not_through_pages_of_them()
    {
        foreach (var id in new[] { "one", "two" }) await StartAsync(id, "exit 0");
        await ReconcileAsync();
        Assert.Equal((2, 0), (Host.Engine.Lists, Host.Engine.Queries));
    }

    [Fact]
    public async Task What_is_cancelled_is_no_failure_and_ends_it()
    {
        using var stopping = new CancellationTokenSource();
        foreach (var id in new[] { "one", "two" })
        {
            await StartAsync(id);
            await Host.Engine.TerminateAsync(id, "elsewhere", Cancellation);
        }

        Host.Cleanup.Gate = new TaskCompletionSource();
        var run = Host.Services.GetRequiredService<TaskReconciliation>().RunAsync(TimeProvider.System.GetUtcNow(), stopping.Token);
        await stopping.CancelAsync();
        Host.Cleanup.Gate.SetCanceled(stopping.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.DoesNotContain(Host.Log.Lines, line => line.Level == LogLevel.Error);
    }

    private async Task SpoilAsync(string name) =>
        Assert.NotNull(await Host.Blobs.TryWriteAsync(name, new MemoryStream("{ no json"u8.ToArray()), BlobCondition.None, Cancellation));

    private async Task CrashBeforeSchedulingAsync(string id)
    {
        Host.Engine.StartFails = new InvalidOperationException("As if the process had ended.");
        (await PostAsync("/api/tasks", Body(id))).Dispose();
        Host.Engine.StartFails = null;
    }

    private async Task JoinAsync(string id) =>
        await Host.Services.GetRequiredService<TaskQueue>().JoinAsync(new QueuedTask(TaskId.Parse(id), "shell", 0, TimeProvider.System.GetUtcNow(), "/tmp"), Cancellation);

    private Task ReconcileAsync() => Host.Services.GetRequiredService<TaskReconciliation>().RunAsync(DateTimeOffset.MaxValue, Cancellation);
}
