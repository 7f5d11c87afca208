using System.Globalization;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Contracts.Durable;

public abstract partial class DurableContextContract
{
    [Fact(Timeout = Patience)]
    public async Task A_timer_fires_when_it_is_due()
    {
        var id = await StartAsync("Timer", 5);
        await _host.Activities.NotedAsync($"{id} armed");
        await _host.PassAsync(TimeSpan.FromSeconds(2));
        await GiveChanceAsync();
        Assert.False((await _host.Client.GetAsync(id, payloads: false, default))!.HasEnded);
        await _host.PassAsync(TimeSpan.FromSeconds(3));

        // Up to a second early: some engines count in whole seconds.
        Assert.InRange(double.Parse((await EndAsync(id)).Output!, CultureInfo.InvariantCulture), 4, 30);
    }

    [Fact(Timeout = Patience)]
    public async Task A_timer_that_lost_its_race_is_cancelled() =>
        Assert.Equal("\"cancelled\"", (await RunAsync("CancelTimer")).Output);

    [Fact(Timeout = Patience)]
    public async Task A_timer_that_came_due_while_the_host_was_down_fires_at_once()
    {
        var id = await StartAsync("Timer", 2);
        await _host.Activities.NotedAsync($"{id} armed");
        await _host.UntilAsync(id, instance => instance.Status == RuntimeStatus.Running);
        await _host.RestartAsync(TimeSpan.FromSeconds(4));
        Assert.InRange(double.Parse((await EndAsync(id)).Output!, CultureInfo.InvariantCulture), 2, 30);
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
        Assert.Equal(RuntimeStatus.Running, (await _host.Client.GetAsync(id, payloads: false, default))!.Status);
        await _host.PassAsync(TimeSpan.FromSeconds(3));
        Assert.Equal(RuntimeStatus.Completed, (await EndAsync(id)).Status);
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
        Assert.DoesNotContain($"{id} again", _host.Activities.Notes);
        await _host.PassAsync(TimeSpan.FromSeconds(3));
        Assert.Equal($"\"{id} again\"", (await EndAsync(id)).Output);
    }
}
