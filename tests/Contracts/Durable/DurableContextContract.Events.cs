using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Contracts.Durable;

public abstract partial class DurableContextContract
{
    [Fact(Timeout = Patience)]
    public async Task Events_of_a_name_come_first_in_first_out_and_names_are_case_insensitive()
    {
        var id = await StartAsync("Collect", new[] { "item", "ITEM", "Item" });
        await RaiseAsync(id, "Item", "1");
        await RaiseAsync(id, "item", "2");
        await RaiseAsync(id, "iTEM", "3");
        Assert.Equal("\"1,2,3\"", (await EndAsync(id)).Output);
    }

    [Fact(Timeout = Patience)]
    public async Task An_event_waits_until_it_is_asked_for()
    {
        var id = await StartAsync("HoldThenCollect", new[] { "b", "a", "a" });
        await _host.Activities.HeldAsync($"{id} hold");
        await RaiseAsync(id, "a", "a1");
        await RaiseAsync(id, "a", "a2");
        await RaiseAsync(id, "b", "b1");
        _host.Activities.Release($"{id} hold");
        Assert.Equal("\"b1,a1,a2\"", (await EndAsync(id)).Output);
    }

    [Fact(Timeout = Patience)]
    public async Task Buffered_events_outlive_a_restart()
    {
        var id = await StartAsync("HoldThenCollect", new[] { "a", "a" });
        await _host.Activities.HeldAsync($"{id} hold");
        await RaiseAsync(id, "a", "1");
        await RaiseAsync(id, "A", "2");
        await _host.RestartAsync(TimeSpan.Zero);
        _host.Activities.Release($"{id} hold");
        Assert.Equal("\"1,2\"", (await EndAsync(id)).Output);
    }

    [Fact(Timeout = Patience)]
    public async Task A_second_open_wait_for_a_name_is_refused()
    {
        var id = await StartAsync("SecondWait");
        await _host.Activities.NotedAsync($"{id} waits");
        await RaiseAsync(id, "go", "1");
        await RaiseAsync(id, "go", "2");
        Assert.Equal("\"1,refused,2\"", (await EndAsync(id)).Output);
    }

    [Fact(Timeout = Patience)]
    public async Task Events_not_asked_for_are_kept_over_continue_as_new()
    {
        var id = await StartAsync("CollectOverGenerations");
        await _host.Activities.HeldAsync($"{id} hold");
        foreach (var value in new[] { "1", "2", "3", "4" }) await RaiseAsync(id, "item", value);
        _host.Activities.Release($"{id} hold");
        Assert.Equal("\"1,2,3,4\"", (await EndAsync(id)).Output);
    }

    [Fact(Timeout = Patience)]
    public async Task An_event_that_completed_a_wait_but_was_not_handled_is_lost_at_continue_as_new()
    {
        var id = await StartAsync("LeaveEventUnhandled");
        await _host.Activities.HeldAsync($"{id} hold");
        await RaiseAsync(id, "item", "lost");
        await GiveChanceAsync();
        _host.Activities.Release($"{id} hold");
        await _host.Activities.NotedAsync($"{id} again");
        await RaiseAsync(id, "item", "handled");
        Assert.Equal("\"handled\"", (await EndAsync(id)).Output);
    }

    [Fact(Timeout = Patience)]
    public async Task An_event_for_an_instance_that_ended_or_never_was_is_refused()
    {
        var ended = await RunAsync("Echo", "x");
        Assert.Equal(OperationOutcome.NotAllowed, await _host.Client.RaiseEventAsync(ended.InstanceId, "item", null, default));
        Assert.Equal(OperationOutcome.NotFound, await _host.Client.RaiseEventAsync("nobody", "item", null, default));
    }
}
