using System.Net;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Management;
using DurableAgentTasks.Http.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace DurableAgentTasks.Http.Tests.Management;

public sealed class TerminatedTasksTests : ApiTest
{
    [Fact]
    public async Task What_was_terminated_while_nobody_looked_gets_its_end_at_the_next_start()
    {
        await StartAsync("t");
        await Host.Engine.TerminateAsync("t", "elsewhere", Cancellation);
        await ReconcileAsync();

        var record = (await Host.Store.ReadRecordAsync<TaskRecord>(TaskId.Parse("t"), Cancellation))!.Value;
        Assert.Equal((TaskState.Cancelled, TaskOutcome.Cancelled), (record.State, record.Result!.Outcome));
        var end = (await Host.Store.ReadTimelineAsync(TaskId.Parse("t"), Cancellation))[^1];
        Assert.Equal(("terminated", record.AppliedThrough), (end.Trigger, end.Number));
        Assert.Contains("clean up t", Host.Engine.Calls);

        // Once is enough.
        await ReconcileAsync();
        Assert.Single(Host.Engine.Calls, call => call == "clean up t");
    }

    [Fact]
    public async Task One_that_was_terminated_before_it_had_a_record_gets_one()
    {
        Host.Engine.Runs = false;
        await StartAsync("t");
        await Host.Engine.TerminateAsync("t", null, Cancellation);
        await ReconcileAsync();

        Assert.Equal(TaskState.Cancelled, (await Host.Store.ReadRecordAsync<TaskRecord>(TaskId.Parse("t"), Cancellation))!.Value.State);
    }

    [Fact]
    public async Task The_end_says_who_terminated_it_and_why()
    {
        await StartAsync("t");
        (await PostAsync("/api/durable/instances/t/terminate?reason=enough", null)).Dispose();
        await Host.Services.GetRequiredService<TerminatedTasks>().SettleAsync(TaskId.Parse("t"), new OperatorCommand("late", null), Cancellation);

        // Whoever came first: nothing of it is written twice.
        var ends = (await Host.Store.ReadTimelineAsync(TaskId.Parse("t"), Cancellation)).Where(entry => entry.Trigger == "terminated").ToList();
        Assert.Contains(Assert.Single(ends).By, new[] { "local", "late" });
    }

    [Fact]
    public async Task A_task_that_was_purged_right_after_leaves_nothing_behind()
    {
        await StartAsync("t");
        Host.Cleanup.Gate = new TaskCompletionSource();
        (await PostAsync("/api/durable/instances/t/terminate", null)).Dispose();
        var purge = Client.DeleteAsync("/api/durable/instances/t", Cancellation);
        Host.Cleanup.Gate.SetResult();

        using var purged = await purge;
        Assert.Equal(HttpStatusCode.OK, purged.StatusCode);
        Assert.Empty(await Host.Blobs.ListAsync("tasks/", Cancellation).ToListAsync(Cancellation));
    }

    private Task ReconcileAsync() => Host.Services.GetRequiredService<TaskReconciliation>().RunAsync(TimeProvider.System.GetUtcNow(), Cancellation);
}
