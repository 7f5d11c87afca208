using System.Text.Json;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Contracts.Durable;

/// <summary>What an orchestration and its callers may rely on, on every durable engine: one test for each rule.</summary>
public abstract partial class DurableContextContract : IAsyncLifetime
{
    /// <summary>No test takes this long, in milliseconds: it ends one that hangs.</summary>
    protected const int Patience = 240_000;

    private IDurableTestHost _host = null!;

    protected abstract Task<IDurableTestHost> StartHostAsync();

    public async ValueTask InitializeAsync() => _host = await StartHostAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact(Timeout = Patience)]
    public async Task An_activity_gets_its_input_and_gives_its_result() =>
        Assert.Equal("\"héllo\"", (await RunAsync("Echo", "héllo")).Output);

    [Fact(Timeout = Patience)]
    public async Task A_failed_activity_is_an_exception_with_its_type_and_message() =>
        Assert.Equal("\"ContractFail|System.InvalidOperationException|no luck\"", (await RunAsync("ReportFailure", "no luck")).Output);

    [Fact(Timeout = Patience)]
    public async Task An_unknown_activity_fails_as_an_activity_does() =>
        Assert.Equal("\"refused NoSuchActivity\"", (await RunAsync("CallUnknown")).Output);

    [Fact(Timeout = Patience)]
    public async Task Activities_fan_out_and_join() =>
        Assert.Equal("10100", (await RunAsync("FanOut", 100)).Output);

    [Fact(Timeout = Patience)]
    public async Task An_activity_cut_off_by_a_stop_runs_again_and_a_recorded_result_does_not()
    {
        var id = await StartAsync("NoteThenHold");
        await _host.Activities.HeldAsync($"{id} hold");
        _host.Activities.ForgetHeld($"{id} hold");
        await _host.RestartAsync(TimeSpan.Zero);
        await _host.Activities.HeldAsync($"{id} hold");
        _host.Activities.Release($"{id} hold");
        await EndAsync(id);
        Assert.Equal([$"{id} before", $"{id} hold", $"{id} hold", $"{id} after"], _host.Activities.Notes);
    }

    [Fact(Timeout = Patience)]
    public async Task The_clock_and_the_ids_are_the_same_at_replay()
    {
        var id = await StartAsync("ClockAndIds");
        await _host.Activities.HeldAsync($"{id} hold");
        _host.Activities.ForgetHeld($"{id} hold");
        await _host.RestartAsync(TimeSpan.FromSeconds(1));
        await _host.Activities.HeldAsync($"{id} hold");
        _host.Activities.Release($"{id} hold");
        Assert.Equal("\"the same, 4 ids\"", (await EndAsync(id)).Output);
    }

    [Fact(Timeout = Patience)]
    public async Task The_instance_id_and_the_input_reach_the_orchestration()
    {
        var with = await RunAsync("Who", "me");
        var without = await RunAsync("Who");
        Assert.Equal($"\"{with.InstanceId} me\"", with.Output);
        Assert.Equal("\"me\"", with.Input);
        Assert.Equal($"\"{without.InstanceId} nothing\"", without.Output);
    }

    [Fact(Timeout = Patience)]
    public async Task An_orchestration_that_throws_has_failed_with_type_and_message()
    {
        var instance = await RunAsync("Throw", "broken");
        Assert.Equal(RuntimeStatus.Failed, instance.Status);
        Assert.Contains("InvalidOperationException", instance.Failure, StringComparison.Ordinal);
        Assert.Contains("broken", instance.Failure, StringComparison.Ordinal);
    }

    [Fact(Timeout = Patience)]
    public async Task A_start_with_a_taken_id_is_refused_and_changes_nothing()
    {
        var id = await StartAsync("NoteThenHold");
        await _host.Activities.HeldAsync($"{id} hold");
        Assert.Equal(StartOutcome.IdTaken, await _host.Client.StartAsync("Echo", id, "\"other\"", default));
        _host.Activities.Release($"{id} hold");
        var ended = await EndAsync(id);
        Assert.Equal(StartOutcome.IdTaken, await _host.Client.StartAsync("Echo", id, "\"other\"", default));
        Assert.Equal(ended, await _host.Client.GetAsync(id, payloads: true, default));
        Assert.Equal("NoteThenHold", ended.Name);
    }

    [Fact(Timeout = Patience)]
    public async Task A_replay_logs_nothing()
    {
        var id = await StartAsync("Log");
        await _host.Activities.HeldAsync($"{id} hold");
        _host.Activities.ForgetHeld($"{id} hold");
        await _host.RestartAsync(TimeSpan.Zero);
        await _host.Activities.HeldAsync($"{id} hold");
        _host.Activities.Release($"{id} hold");
        await EndAsync(id);
        Assert.Equal([$"{id} begins", $"{id} echoed", $"{id} ends"], _host.Logged);
    }

    private async Task<string> StartAsync(string name, object? input = null)
    {
        var id = $"{name}-{Guid.NewGuid():n}";
        var outcome = await _host.Client.StartAsync(name, id, input is null ? null : JsonSerializer.Serialize(input), default);
        Assert.Equal(StartOutcome.Started, outcome);
        return id;
    }

    private async Task<OrchestrationInstance> EndAsync(string id) => (await _host.Client.WaitAsync(id, default))!;

    private async Task<OrchestrationInstance> RunAsync(string name, object? input = null) => await EndAsync(await StartAsync(name, input));

    private async Task RaiseAsync(string id, string name, string value) =>
        Assert.Equal(OperationOutcome.Accepted, await _host.Client.RaiseEventAsync(id, name, JsonSerializer.Serialize(value), default));

    /// <summary>Completes when the host had every chance to do what it should not do.</summary>
    private async Task GiveChanceAsync()
    {
        for (var i = 0; i < 3; i++) await RunAsync("FanOut", 5);
    }
}
