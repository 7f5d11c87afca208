using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow;

namespace DurableAgentTasks.Contracts.Durable;

public abstract partial class DurableContextContract
{
    [Fact(Timeout = Patience)]
    public async Task The_custom_status_is_visible_while_the_orchestration_runs_and_after()
    {
        var id = await StartAsync("Status");
        await _host.Activities.HeldAsync($"{id} hold");
        await _host.UntilAsync(id, instance => instance.CustomStatus == """{"stage":"held","percent":40}""");
        _host.Activities.Release($"{id} hold");
        Assert.Equal("""{"stage":"done"}""", (await EndAsync(id)).CustomStatus);
    }

    [Fact(Timeout = Patience)]
    public async Task A_custom_status_over_the_limit_is_refused_and_changes_nothing()
    {
        var instance = await RunAsync("StatusTooLong");
        Assert.Equal("\"refused\"", instance.Output);
        Assert.Equal($"\"{new string('é', DurableLimits.CustomStatusLength - 2)}\"", instance.CustomStatus);
    }

    [Fact(Timeout = Patience)]
    public async Task The_custom_status_is_kept_over_continue_as_new_until_it_is_replaced()
    {
        var id = await StartAsync("StatusOverGenerations");
        await _host.Activities.HeldAsync($"{id} hold");
        Assert.Equal("\"kept\"", (await _host.Client.GetAsync(id, payloads: true, default))!.CustomStatus);
        _host.Activities.Release($"{id} hold");
        await _host.Activities.HeldAsync($"{id} cleared");
        await _host.UntilAsync(id, instance => instance.CustomStatus is null);
        _host.Activities.Release($"{id} cleared");
        Assert.Null((await EndAsync(id)).CustomStatus);
    }

    [Fact(Timeout = Patience)]
    public async Task The_input_that_is_read_of_an_instance_is_that_of_its_present_generation()
    {
        var id = await StartAsync("StatusOverGenerations");
        await _host.Activities.HeldAsync($"{id} hold");
        await _host.UntilAsync(id, instance => instance.Input == "\"again\"");
        _host.Activities.Release($"{id} hold");
        await _host.Activities.HeldAsync($"{id} cleared");
        _host.Activities.Release($"{id} cleared");
        await EndAsync(id);
    }

    [Fact(Timeout = Patience)]
    public async Task A_list_has_each_instance_once_with_its_status_and_without_what_it_says()
    {
        var (ended, open, suspended, terminated, purged) =
            (await StartAsync("Status"), await StartAsync("Status"), await StartAsync("Status"), await StartAsync("Status"), await StartAsync("Status"));
        foreach (var id in new[] { ended, open, suspended, terminated, purged }) await _host.Activities.HeldAsync($"{id} hold");
        foreach (var id in new[] { ended, purged })
        {
            _host.Activities.Release($"{id} hold");
            await EndAsync(id);
        }

        Assert.Equal(OperationOutcome.Accepted, await _host.Client.PurgeAsync(purged, default));
        await SuspendAsync(suspended);
        Assert.Equal(OperationOutcome.Accepted, await _host.Client.TerminateAsync(terminated, "over", default));
        await EndAsync(terminated);

        var mine = new[] { ended, open, suspended, terminated, purged };
        var all = await ListAsync();
        Assert.Equal(
            [(ended, RuntimeStatus.Completed), (open, RuntimeStatus.Running), (suspended, RuntimeStatus.Suspended), (terminated, RuntimeStatus.Terminated)],
            all.OrderBy(instance => Array.IndexOf(mine, instance.InstanceId)).Select(instance => (instance.InstanceId, instance.Status)));
        Assert.All(all, instance => Assert.Equal(("Status", null, null, null), (instance.Name, instance.Input, instance.Output, instance.CustomStatus)));
        Assert.Equal(all.Single(instance => instance.InstanceId == ended), await _host.Client.GetAsync(ended, payloads: false, default));

        Assert.Equal([open], (await ListAsync(RuntimeStatus.Pending, RuntimeStatus.Running)).Select(instance => instance.InstanceId));
        Assert.Equal([terminated], (await ListAsync(RuntimeStatus.Terminated)).Select(instance => instance.InstanceId));
        Assert.Empty(await ListAsync(RuntimeStatus.Failed));
        foreach (var status in new[] { RuntimeStatus.Running, RuntimeStatus.Suspended, RuntimeStatus.Completed, RuntimeStatus.Terminated })
        {
            var page = await _host.Client.QueryAsync(new InstanceQuery { IdPrefix = "Status-", Statuses = [status], Top = 1_000 }, default);
            Assert.Equal(
                (await ListAsync(status)).Select(instance => instance.InstanceId).Order(),
                page.Instances.Select(instance => instance.InstanceId).Where(mine.Contains).Order());
        }

        foreach (var id in new[] { open, suspended, terminated }) _host.Activities.Release($"{id} hold");

        async Task<List<OrchestrationInstance>> ListAsync(params RuntimeStatus[] statuses) =>
            await _host.Client.ListAsync(new InstanceFilter { Statuses = statuses }, default).Where(instance => mine.Contains(instance.InstanceId)).ToListAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_suspended_instance_runs_nothing_until_it_is_resumed()
    {
        var id = await StartAsync("TellStages");
        await _host.Activities.HeldAsync($"{id} hold");
        await SuspendAsync(id);

        // The activity is untouched; its result, and the event after it, queue.
        _host.Activities.Release($"{id} hold");
        await RaiseAsync(id, "item", "1");
        await GiveChanceAsync();
        var suspended = await _host.Client.GetAsync(id, payloads: true, default);
        Assert.Equal((RuntimeStatus.Suspended, "\"held\""), (suspended!.Status, suspended.CustomStatus));
        Assert.DoesNotContain($"{id} got 1", _host.Activities.Notes);

        Assert.Equal(OperationOutcome.Accepted, await _host.Client.ResumeAsync(id, "go on", default));
        var ended = await EndAsync(id);
        Assert.Equal(("\"1\"", "\"got 1\""), (ended.Output, ended.CustomStatus));
    }

    [Fact(Timeout = Patience)]
    public async Task A_suspension_and_a_resumption_can_be_repeated_and_the_last_of_them_counts()
    {
        var id = await StartAsync("TellStages");
        await _host.Activities.HeldAsync($"{id} hold");
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(OperationOutcome.Accepted, await _host.Client.SuspendAsync(id, "stop", default));
            Assert.Equal(OperationOutcome.Accepted, await _host.Client.SuspendAsync(id, "stop", default));
            Assert.Equal(OperationOutcome.Accepted, await _host.Client.ResumeAsync(id, "go on", default));
            Assert.Equal(OperationOutcome.Accepted, await _host.Client.ResumeAsync(id, "go on", default));
        }

        _host.Activities.Release($"{id} hold");
        await RaiseAsync(id, "item", "1");
        Assert.Equal("\"1\"", (await EndAsync(id)).Output);
    }

    [Fact(Timeout = Patience)]
    public async Task A_timer_that_comes_due_while_suspended_fires_at_the_resumption()
    {
        var id = await StartAsync("TellTimer");
        await _host.Activities.NotedAsync($"{id} armed");
        await SuspendAsync(id);
        await _host.PassAsync(TimeSpan.FromSeconds(11));
        await GiveChanceAsync();
        Assert.DoesNotContain($"{id} fired", _host.Activities.Notes);
        await _host.Client.ResumeAsync(id, null, default);
        Assert.Equal($"\"{id} fired\"", (await EndAsync(id)).Output);
    }

    [Fact(Timeout = Patience)]
    public async Task A_suspension_outlives_a_restart()
    {
        var id = await StartAsync("TellStages");
        await _host.Activities.HeldAsync($"{id} hold");
        await SuspendAsync(id);
        _host.Activities.Release($"{id} hold");
        await RaiseAsync(id, "item", "1");
        await _host.RestartAsync(TimeSpan.Zero);
        await _host.UntilAsync(id, instance => instance.Status == RuntimeStatus.Suspended);
        await GiveChanceAsync();
        Assert.DoesNotContain($"{id} got 1", _host.Activities.Notes);
        await _host.Client.ResumeAsync(id, null, default);
        Assert.Equal("\"1\"", (await EndAsync(id)).Output);
    }

    [Fact(Timeout = Patience)]
    public async Task A_termination_does_not_wait_and_a_late_result_changes_nothing()
    {
        var id = await StartAsync("NoteThenHold");
        await _host.Activities.HeldAsync($"{id} hold");
        Assert.Equal(OperationOutcome.Accepted, await _host.Client.TerminateAsync(id, "enough", default));
        var ended = await EndAsync(id);
        Assert.Equal((RuntimeStatus.Terminated, "enough"), (ended.Status, ended.Failure));
        _host.Activities.Release($"{id} hold");
        await GiveChanceAsync();
        Assert.Equal(ended, await _host.Client.GetAsync(id, payloads: true, default));
        Assert.DoesNotContain($"{id} after", _host.Activities.Notes);
        Assert.Equal(OperationOutcome.NotAllowed, await _host.Client.TerminateAsync(id, "again", default));
    }

    [Fact(Timeout = Patience)]
    public async Task A_suspended_instance_can_be_terminated()
    {
        var id = await StartAsync("TellStages");
        await _host.Activities.HeldAsync($"{id} hold");
        await SuspendAsync(id);
        await _host.Client.TerminateAsync(id, null, default);
        Assert.Equal(RuntimeStatus.Terminated, (await EndAsync(id)).Status);
        _host.Activities.Release($"{id} hold");
    }

    private async Task SuspendAsync(string id)
    {
        Assert.Equal(OperationOutcome.Accepted, await _host.Client.SuspendAsync(id, "stop", default));
        await _host.UntilAsync(id, instance => instance.Status == RuntimeStatus.Suspended);
    }
}
