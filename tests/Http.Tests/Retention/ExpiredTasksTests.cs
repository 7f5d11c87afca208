using System.Net;
using DurableAgentTasks.Contracts.Time;
using DurableAgentTasks.Http.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace DurableAgentTasks.Http.Tests.Retention;

public sealed class ExpiredTasksTests : ApiTest
{
    private readonly ManualTimeProvider _time = new();

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?> { ["Retention:EndedTasks"] = "7.00:00:00" };

    protected override Action<IServiceCollection> Services => services => services.AddSingleton<TimeProvider>(_time);

    [Fact]
    public async Task A_task_is_deleted_with_all_that_is_kept_of_it_once_its_time_is_over()
    {
        await StartAsync("old", "exit 0");
        _time.Advance(TimeSpan.FromDays(4));
        await StartAsync("young", "exit 0");
        _time.Advance(TimeSpan.FromDays(3.5));
        await ReconcileAsync();

        await GetJsonAsync("/api/tasks/old", HttpStatusCode.NotFound);
        Assert.Empty(await Host.Blobs.ListAsync("tasks/old/", Cancellation).ToListAsync(Cancellation));
        Assert.Equal(["clean up old", "purge old"], Host.Engine.Calls);
        await GetJsonAsync("/api/tasks/young");
    }

    [Fact]
    public async Task One_that_runs_or_could_be_resumed_stays()
    {
        await StartAsync("runs");
        await StartAsync("failed");
        await Host.Engine.FailAsync("failed");
        _time.Advance(TimeSpan.FromDays(70));
        await ReconcileAsync();

        await GetJsonAsync("/api/tasks/runs", HttpStatusCode.Accepted);
        await GetJsonAsync("/api/tasks/failed");
    }

    private Task ReconcileAsync() => Host.Services.GetRequiredService<TaskReconciliation>().RunAsync(_time.GetUtcNow(), Cancellation);
}

/// <summary>Failed ones have a time of their own.</summary>
public sealed class ExpiredFailuresTests : ApiTest
{
    private readonly ManualTimeProvider _time = new();

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?> { ["Retention:FailedTasks"] = "30.00:00:00" };

    protected override Action<IServiceCollection> Services => services => services.AddSingleton<TimeProvider>(_time);

    [Fact]
    public async Task A_failed_task_is_deleted_once_its_time_is_over_and_a_completed_one_stays_for_ever()
    {
        await StartAsync("failed");
        await Host.Engine.FailAsync("failed");
        await StartAsync("completed", "exit 0");
        _time.Advance(TimeSpan.FromDays(31));
        await Host.Services.GetRequiredService<TaskReconciliation>().RunAsync(_time.GetUtcNow(), Cancellation);

        await GetJsonAsync("/api/tasks/failed", HttpStatusCode.NotFound);
        await GetJsonAsync("/api/tasks/completed");
    }
}
