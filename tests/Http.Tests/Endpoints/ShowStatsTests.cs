using System.Text.Json;
using DurableAgentTasks.Core.Resources;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Tests.Hosting;
using DurableAgentTasks.Storage.Queue;
using Microsoft.Extensions.DependencyInjection;

namespace DurableAgentTasks.Http.Tests.Endpoints;

public sealed class ShowStatsTests : ApiTest
{
    protected override Action<IServiceCollection> Services => services => services
        .AddSingleton(new QueueLimits { MaxConcurrentTasks = 1, PerAgent = new Dictionary<string, int> { ["claude"] = 1 } })
        .AddSingleton(new HostResources(Path.GetTempPath()));

    [Fact]
    public async Task Tasks_are_counted_by_state_and_by_agent()
    {
        await StartAsync("runs");
        await StartAsync("done", "exit 0");
        using var claude = await PostAsync("/api/tasks", Body("other").Replace("\"agent\": \"shell\"", "\"agent\": \"claude\"", StringComparison.Ordinal));
        var stats = await GetJsonAsync("/api/stats");

        var tasks = stats.GetProperty("tasks");
        Assert.Equal(3, tasks.GetProperty("total").GetInt32());
        Assert.Equal(2, tasks.GetProperty("states").GetProperty("executing").GetInt32());
        Assert.Equal(1, tasks.GetProperty("states").GetProperty("completed").GetInt32());
        Assert.Equal(0, tasks.GetProperty("states").GetProperty("paused").GetInt32());
        Assert.Equal(10, tasks.GetProperty("states").EnumerateObject().Count());
        var agents = stats.GetProperty("agents");
        Assert.Equal(["claude", "shell"], agents.EnumerateObject().Select(agent => agent.Name));
        Assert.Equal(2, agents.GetProperty("shell").GetProperty("total").GetInt32());
        Assert.Equal(1, agents.GetProperty("claude").GetProperty("states").GetProperty("executing").GetInt32());
    }

    [Fact]
    public async Task The_queue_and_the_machine_are_shown()
    {
        var queue = Host.Services.GetRequiredService<TaskQueue>();
        foreach (var id in (string[])["a", "b", "c"])
        {
            await queue.JoinAsync(new QueuedTask(TaskId.Parse(id), "shell", 0, DateTimeOffset.UnixEpoch, Folder: null), Cancellation);
        }

        var stats = await GetJsonAsync("/api/stats");
        var shown = stats.GetProperty("queue");
        Assert.Equal((1, 2), (shown.GetProperty("running").GetInt32(), shown.GetProperty("waiting").GetInt32()));
        Assert.Equal((1, 1_000), (shown.GetProperty("maxConcurrentTasks").GetInt32(), shown.GetProperty("maxQueuedTasks").GetInt32()));
        Assert.Equal(1, shown.GetProperty("maxPerAgent").GetProperty("claude").GetInt32());
        var host = stats.GetProperty("host");
        Assert.InRange(host.GetProperty("memoryBytes").GetInt64(), 1, host.GetProperty("memoryTotalBytes").GetInt64());
        Assert.InRange(host.GetProperty("diskFreeBytes").GetInt64(), 1, host.GetProperty("diskTotalBytes").GetInt64());
    }

    [Fact]
    public void Cpu_is_told_from_the_second_time_on()
    {
        var host = new HostResources(dataFolder: null);
        Assert.Null(host.Sample().CpuPercent);
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells it.");
        double? cpu = null;
        SpinWait.SpinUntil(() => (cpu = host.Sample().CpuPercent) is not null, TimeSpan.FromSeconds(30));
        Assert.InRange(cpu!.Value, 0, 100);
        Assert.Null(host.Sample().DiskFreeBytes);
    }

    [Fact]
    public async Task Where_the_host_does_not_tell_there_is_no_machine()
    {
        await using var other = await ApiHost.StartAsync();
        using var response = await other.Client.GetAsync("/api/stats", Cancellation);
        Assert.Equal(JsonValueKind.Null, (await ReadAsync(response)).GetProperty("host").ValueKind);
    }
}
