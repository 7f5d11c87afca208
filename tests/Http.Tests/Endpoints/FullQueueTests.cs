using System.Net;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Tests.Hosting;
using DurableAgentTasks.Storage.Queue;
using Microsoft.Extensions.DependencyInjection;

namespace DurableAgentTasks.Http.Tests.Endpoints;

public sealed class FullQueueTests : ApiTest
{
    private static readonly (string, string) Key = ("Idempotency-Key", "again");

    private TaskQueue Queue => Host.Services.GetRequiredService<TaskQueue>();

    protected override Action<IServiceCollection> Services => services =>
        services.AddSingleton(new QueueLimits { MaxConcurrentTasks = 1, MaxQueuedTasks = 2 });

    [Fact]
    public async Task A_full_queue_takes_no_more_until_there_is_room()
    {
        await JoinAsync("runs", "first", "second");
        using var refused = await PostAsync("/api/tasks", Body("third"));
        var problem = await AssertProblemAsync(refused, HttpStatusCode.TooManyRequests, "queue_full");
        Assert.Equal(TimeSpan.FromSeconds(30), refused.Headers.RetryAfter?.Delta);
        Assert.StartsWith("2 tasks wait", problem.GetProperty("title").GetString(), StringComparison.Ordinal);
        Assert.Contains("Agents:MaxQueuedTasks", problem.GetProperty("title").GetString(), StringComparison.Ordinal);
        using var missing = await Client.GetAsync("/api/tasks/third", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);

        await Queue.LeaveAsync(TaskId.Parse("first"), Cancellation);
        await StartAsync("third");
    }

    [Fact]
    public async Task What_was_started_before_gets_its_first_answer_again()
    {
        using var first = await PostAsync("/api/tasks", Body(), Key);
        await JoinAsync("runs", "first", "second");
        using var again = await PostAsync("/api/tasks", Body(), Key);
        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(Cancellation), await again.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(1, Host.Engine.Starts);
    }

    [Fact]
    public async Task A_start_that_a_crash_cut_off_is_made_up_for_whatever_waits()
    {
        Host.Engine.StartFails = new InvalidOperationException("As if the process had ended.");
        using var crashed = await PostAsync("/api/tasks", Body("cut-off"));
        Host.Engine.StartFails = null;
        await JoinAsync("runs", "first", "second");
        await Host.Services.GetRequiredService<TaskReconciliation>().RunAsync(DateTimeOffset.MaxValue, Cancellation);
        await GetJsonAsync("/api/tasks/cut-off", HttpStatusCode.Accepted);
    }

    private async Task JoinAsync(params string[] ids)
    {
        foreach (var id in ids)
        {
            await Queue.JoinAsync(new QueuedTask(TaskId.Parse(id), "shell", 0, DateTimeOffset.UnixEpoch, Folder: null), Cancellation);
        }
    }
}
