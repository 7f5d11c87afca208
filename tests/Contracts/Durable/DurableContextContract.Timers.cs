using System.Globalization;
using System.Text.Json;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Contracts.Durable;

public abstract partial class DurableContextContract
{
    /// <summary>Some engines count in whole seconds.</summary>
    private static readonly TimeSpan MayBeEarly = TimeSpan.FromSeconds(1);

    [Fact(Timeout = Patience)]
    public async Task A_timer_fires_when_it_is_due()
    {
        var id = await StartAsync("Timer", 5);
        await _host.Activities.NotedAsync($"{id} armed");

        // One that fires now says itself after how long.
        await _host.PassAsync(TimeSpan.FromSeconds(2));
        await GiveChanceAsync();
        await _host.PassAsync(TimeSpan.FromSeconds(3));

        Assert.InRange(double.Parse((await EndAsync(id)).Output!, CultureInfo.InvariantCulture), 4, 60);
    }

    [Fact(Timeout = Patience)]
    public async Task A_timer_that_lost_its_race_is_cancelled() =>
        Assert.Equal("\"cancelled\"", (await RunAsync("CancelTimer")).Output);

    [Fact(Timeout = Patience)]
    public async Task A_timer_that_came_due_while_the_host_was_down_fires_at_once()
    {
        var id = await StartAsync("Timer", 5);
        await _host.Activities.NotedAsync($"{id} armed");
        await _host.UntilAsync(id, instance => instance.Status == RuntimeStatus.Running);
        await _host.RestartAsync(TimeSpan.FromSeconds(8));

        // What a killed host had taken from a queue of Azure Storage is there again after a minute.
        Assert.InRange(double.Parse((await EndAsync(id)).Output!, CultureInfo.InvariantCulture), 4, 120);
    }

    [Fact(Timeout = Patience)]
    public async Task An_orchestration_does_not_complete_while_an_activity_is_open()
    {
        var id = await StartAsync("LeaveActivityOpen");
        await _host.Activities.HeldAsync($"{id} hold");
        await GiveChanceAsync();
        Assert.Equal(RuntimeStatus.Running, (await _host.Client.GetAsync(id, payloads: false, default))!.Status);
        _host.Activities.Release($"{id} hold");
        Assert.Equal("\"returned\"", (await EndAsync(id)).Output);
    }

    [Fact(Timeout = Patience)]
    public async Task An_orchestration_does_not_complete_while_a_timer_is_open()
    {
        var id = await StartAsync("LeaveTimerOpen");
        await _host.Activities.NotedAsync($"{id} armed");
        await GiveChanceAsync();
        await _host.PassAsync(TimeSpan.FromSeconds(3));
        var ended = await EndAsync(id);
        Assert.Equal(RuntimeStatus.Completed, ended.Status);
        Assert.True(ended.LastUpdatedAt >= JsonSerializer.Deserialize<DateTimeOffset>(ended.Output!) - MayBeEarly, $"It ended at {ended.LastUpdatedAt:O}; the timer was due at {ended.Output}.");
    }

    [Fact(Timeout = Patience)]
    public async Task An_orchestration_does_not_continue_as_new_while_an_activity_is_open()
    {
        var id = await StartAsync("ContinueWithActivityOpen");
        await _host.Activities.HeldAsync($"{id} hold");
        await GiveChanceAsync();
        Assert.DoesNotContain($"{id} again", _host.Activities.Notes);
        _host.Activities.Release($"{id} hold");
        Assert.Equal($"\"{id} again\"", (await EndAsync(id)).Output);
    }

    [Fact(Timeout = Patience)]
    public async Task An_orchestration_does_not_continue_as_new_while_a_timer_is_open()
    {
        var id = await StartAsync("ContinueWithTimerOpen");
        await _host.Activities.NotedAsync($"{id} armed");
        await GiveChanceAsync();
        await _host.PassAsync(TimeSpan.FromSeconds(3));
        Assert.InRange(double.Parse((await EndAsync(id)).Output!, CultureInfo.InvariantCulture), 2, 60);
    }
}
