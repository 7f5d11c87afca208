using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Tests.Hosting;
using DurableAgentTasks.Storage.Queue;
using Microsoft.Extensions.DependencyInjection;

namespace DurableAgentTasks.Http.Tests.Management;

public sealed class LostTasksTests : ApiTest
{
    [Fact]
    public async Task One_that_was_purged_before_it_was_settled_gives_its_place_back_and_keeps_the_rest()
    {
        await StartAsync("purged");
        await JoinAsync("purged");
        await Host.Engine.TerminateAsync("purged", "elsewhere", Cancellation);
        await Host.Engine.PurgeAsync("purged", Cancellation);
        await ReconcileAsync();

        Assert.Contains("release purged", Host.Engine.Calls);
        Assert.DoesNotContain("clean up purged", Host.Engine.Calls);
        Assert.Equal("history_lost", (await GetJsonAsync("/api/tasks/purged")).GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task One_that_waits_gives_its_place_back_too()
    {
        await StartAsync("runs");
        await JoinAsync("runs");
        await JoinAsync("waits");
        await ReconcileAsync();

        Assert.Equal(["release waits"], Host.Engine.Calls);
    }

    [Fact]
    public async Task One_that_the_engine_has_keeps_its_place()
    {
        await StartAsync("runs");
        await JoinAsync("runs");
        await ReconcileAsync();

        Assert.Empty(Host.Engine.Calls);
    }

    private async Task JoinAsync(string id) =>
        await Host.Services.GetRequiredService<TaskQueue>().JoinAsync(new QueuedTask(TaskId.Parse(id), "shell", 0, TimeProvider.System.GetUtcNow(), "/tmp"), Cancellation);

    private Task ReconcileAsync() => Host.Services.GetRequiredService<TaskReconciliation>().RunAsync(TimeProvider.System.GetUtcNow().AddMinutes(-5), Cancellation);
}
