using System.Net;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Deletion;
using DurableAgentTasks.Http.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace DurableAgentTasks.Http.Tests.Endpoints;

public sealed class DeleteTaskTests : ApiTest
{
    [Fact]
    public async Task A_task_that_runs_is_stopped_cleaned_up_and_purged_in_this_order()
    {
        await StartAsync("t");
        using var response = await Client.DeleteAsync("/api/tasks/t", Cancellation);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(["terminate t", "clean up t", "purge t"], Host.Engine.Calls);
        Assert.Empty(await Host.Blobs.ListAsync("tasks/", Cancellation).ToListAsync(Cancellation));
        using var gone = await Client.GetAsync("/api/tasks/t", Cancellation);
        await AssertProblemAsync(gone, HttpStatusCode.NotFound, "task_not_found");
        using var again = await Client.DeleteAsync("/api/tasks/t", Cancellation);
        await AssertProblemAsync(again, HttpStatusCode.NotFound, "task_not_found");
    }

    [Fact]
    public async Task A_task_that_has_ended_is_deleted_and_its_id_is_free_again()
    {
        await StartAsync("t", "exit 0");
        using var response = await Client.DeleteAsync("/api/tasks/t", Cancellation);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(["clean up t", "purge t"], Host.Engine.Calls);
        await StartAsync("t");
    }

    [Fact]
    public async Task Many_deletes_of_one_task_are_one()
    {
        await StartAsync("t");
        var deletes = Host.Services.GetRequiredService<TaskDeletes>();
        Host.Cleanup.Gate = new TaskCompletionSource();
        var first = deletes.DeleteAsync(TaskId.Parse("t"));
        var second = deletes.DeleteAsync(TaskId.Parse("t"));
        Assert.Same(first, second);
        Host.Cleanup.Gate.SetResult();

        Assert.True(await first);
        Assert.Single(Host.Engine.Calls, call => call == "purge t");
        Assert.False(await deletes.DeleteAsync(TaskId.Parse("t")));
    }

    [Fact]
    public async Task A_delete_that_failed_can_be_repeated()
    {
        await StartAsync("t");
        Host.Cleanup.Gate = new TaskCompletionSource();
        Host.Cleanup.Gate.SetException(new IOException("busy"));
        using var failed = await Client.DeleteAsync("/api/tasks/t", Cancellation);
        await AssertProblemAsync(failed, HttpStatusCode.ServiceUnavailable, "storage_unavailable");

        Host.Cleanup.Gate = null;
        using var again = await Client.DeleteAsync("/api/tasks/t", Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
    }

    [Fact]
    public async Task A_task_the_engine_no_longer_has_is_deleted_too()
    {
        await StartAsync("t", "exit 0");
        await Host.Engine.PurgeAsync("t", Cancellation);
        using var response = await Client.DeleteAsync("/api/tasks/t", Cancellation);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Null(await Host.Store.ReadStartAsync(TaskId.Parse("t"), Cancellation));
    }

    [Fact]
    public async Task Another_orchestration_of_the_engine_is_no_task()
    {
        Host.Engine.Runs = false;
        await Host.Engine.StartAsync("Other", "other", "{}", Cancellation);
        using var response = await Client.DeleteAsync("/api/tasks/other", Cancellation);

        await AssertProblemAsync(response, HttpStatusCode.NotFound, "task_not_found");
        Assert.NotNull(await Host.Engine.GetAsync("other", false, Cancellation));
    }
}
