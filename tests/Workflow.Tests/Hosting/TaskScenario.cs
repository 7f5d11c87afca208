using System.Text.Json;
using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Contracts.Time;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Engine;
using DurableAgentTasks.Workflow.Activities;
using DurableAgentTasks.Workflow.RunTask;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableAgentTasks.Workflow.Tests.Hosting;

/// <summary>One task on the real embedded engine, with a clock that stands still and activities that follow a script.</summary>
internal sealed class TaskScenario : IAsyncDisposable
{
    public const int Patience = 60_000;
    private const string Id = "task-1";

    private readonly TemporaryFolder _folder = new();
    private readonly Func<IDurableContext, IDurableContext> _around;
    private DurableEngine _engine = null!;

    private TaskScenario(TaskOutline outline, Func<IDurableContext, IDurableContext>? around)
    {
        (Activities, _around) = (new ScriptedActivities(outline), around ?? (context => context));
        Activities.Suspensions = SuspensionsAsync;
    }

    public ManualTimeProvider Time { get; } = new();

    public ScriptedActivities Activities { get; }

    /// <summary>The record that the timeline makes: every transition in it is legal, and no number is missing.</summary>
    public TaskRecord Record =>
        TaskRecord.Created(TaskId.Parse(Id), Request, Time.GetUtcNow()).Apply(Activities.Timeline);

    /// <summary>Such as <c>planning started</c>, in order.</summary>
    public IEnumerable<string> Transitions =>
        Activities.Timeline.Where(entry => entry.To is not null).Select(entry => $"{WireName.Of(entry.To!.Value)} {entry.Trigger}");

    /// <summary>What operators asked for that had an effect, in order.</summary>
    public IEnumerable<string?> Actions => Activities.Timeline.Where(entry => entry.Type == TimelineTypes.Operator).Select(entry => entry.Trigger);

    public IEnumerable<string?> Warnings => Activities.Timeline.Where(entry => entry.Type == TimelineTypes.Warning).Select(entry => entry.Trigger);

    private static TaskRequest Request => new() { Agent = "shell", Workspace = new WorkspaceRequest { Path = "/" } };

    public static async Task<TaskScenario> OpenAsync(TaskOutline outline, Func<IDurableContext, IDurableContext>? around = null)
    {
        var scenario = new TaskScenario(outline, around);
        await scenario.OpenEngineAsync();
        return scenario;
    }

    public static async Task<TaskScenario> StartAsync(TaskOutline outline, Action<ScriptedActivities>? script = null)
    {
        var scenario = await OpenAsync(outline);
        script?.Invoke(scenario.Activities);
        await scenario.StartAsync();
        return scenario;
    }

    public async Task StartAsync(string body = "{}") =>
        Assert.Equal(StartOutcome.Started, await _engine.Client.StartAsync(RunTaskOrchestration.Name, Id, body, default));

    /// <summary>The next life of the engine, on the same data and the same clock.</summary>
    public async Task RestartAsync()
    {
        await _engine.DisposeAsync();
        await OpenEngineAsync();
    }

    public Task RestartAsync(bool really) => really ? RestartAsync() : Task.CompletedTask;

    public Task<OperationOutcome> CancelAsync(string by = "ops") => RaiseAsync("cancel", $$"""{"by":"{{by}}","reason":"enough"}""");

    public Task<OperationOutcome> PauseAsync(string mode = "stop") => RaiseAsync("pause", $$"""{"mode":"{{mode}}","by":"ops","reason":"lunch"}""");

    public Task<OperationOutcome> ResumeAsync() => RaiseAsync("resume", """{"by":"ops","reason":"back"}""");

    public Task<OperationOutcome> RaiseAsync(string name, string? payload = null) => _engine.Client.RaiseEventAsync(Id, name, payload, default);

    /// <summary>The engine lets nothing of it run for some time.</summary>
    public async Task SuspendAsync(TimeSpan time, Func<Task>? meanwhile = null)
    {
        Assert.Equal(OperationOutcome.Accepted, await _engine.Client.SuspendAsync(Id, "native", default));
        await UntilAsync(() => GetAsync().Result.Status == RuntimeStatus.Suspended);
        if (meanwhile is not null) await meanwhile();
        Time.Advance(time);
        Assert.Equal(OperationOutcome.Accepted, await _engine.Client.ResumeAsync(Id, "native", default));
        await UntilAsync(() => GetAsync().Result.Status == RuntimeStatus.Running);
    }

    public async Task<OrchestrationInstance> GetAsync() => (await _engine.Client.GetAsync(Id, payloads: true, default))!;

    public async Task<TaskStatusSummary> StatusAsync() =>
        JsonSerializer.Deserialize<TaskStatusSummary>((await GetAsync()).CustomStatus!, TaskJson.Options)!;

    public Task<IReadOnlyList<HistoryEntry>> HistoryAsync() => _engine.Client.GetHistoryAsync(Id, default);

    /// <summary>Waits; a timer that is due fires, and time does not pass.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            Time.Advance(TimeSpan.Zero);
            if (TestContext.Current.CancellationToken.IsCancellationRequested) throw new TimeoutException(await DescribeAsync());
            await Task.Yield();
        }
    }

    /// <summary>Where the task stands, for a test that waited in vain.</summary>
    private async Task<string> DescribeAsync() =>
        $"It is {Time.GetUtcNow():O}, the next timer is due at {Time.NextDue:O}. "
        + string.Join(" | ", (await HistoryAsync()).Select(entry => $"{entry.Time:T} {entry.Type} {entry.Name} {entry.Number} {entry.Payload}"));

    /// <summary>Waits for what only time brings: while the task waits on a timer, the clock goes to the next one.</summary>
    public async Task PassUntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            Time.AdvanceTo(await WaitsOnTimerAsync() && !condition() && Time.NextDue is { } due ? due : Time.GetUtcNow());
            await Task.Yield();
        }
    }

    /// <summary>Moves the clock to its next timer, if the task waits on one.</summary>
    public async Task PassAsync()
    {
        if (await WaitsOnTimerAsync() && Time.NextDue is { } due) Time.AdvanceTo(due);
    }

    private async Task<bool> WaitsOnTimerAsync()
    {
        var history = await HistoryAsync();
        var over = history.Where(entry => entry.Type is "TimerFired" or "TimerCanceled").Select(entry => entry.Number).ToHashSet();
        var ended = history.Where(entry => entry.Type is "TaskCompleted" or "TaskFailed").Select(entry => entry.Number).ToHashSet();
        var calls = history.Where(entry => entry.Type == "TaskScheduled" && !ended.Contains(entry.Number)).ToList();
        var isBusy = history is not [.., { Type: "TimerCreated" or "TimerCanceled" or "TaskScheduled" or "ExecutionResumed" }] || calls.Exists(call => call.Name != TaskActivities.RunStep.Name || !HasBegun(call));
        var timers = history.Where(entry => entry.Type == "TimerCreated" && !over.Contains(entry.Number)).ToList();

        // One that is due is about to fire, and what follows takes no time.
        return !isBusy && timers.Count > 0 && timers.TrueForAll(timer => timer.FireAt > Time.GetUtcNow());
    }

    private async Task<IReadOnlyList<Suspension>> SuspensionsAsync(ReadSuspensions call)
    {
        while (true)
        {
            try
            {
                return Suspension.In(await HistoryAsync(), call.After, call.Until);
            }
            catch (ObjectDisposedException)
            {
                await Task.Yield(); // The next life of the engine asks before it is told of.
            }
        }
    }

    private bool HasBegun(HistoryEntry call)
    {
        var fence = JsonSerializer.Deserialize<RunStep>(call.Payload!, TaskJson.Options)!.Fence;
        return Activities.Begun.Any(begun => begun.Fence == fence);
    }

    public Task UntilStateAsync(TaskState state) => UntilAsync(() => Record.State == state);

    public Task UntilBegunAsync(string step, int attempt = 1) =>
        UntilAsync(() => Activities.Begun.Any(begun => begun.StepId == step && begun.Attempt == attempt));

    /// <summary>Waits until so many timers of the present generation were set.</summary>
    public async Task UntilTimersAsync(int count)
    {
        while ((await HistoryAsync()).Count(entry => entry.Type == "TimerCreated") < count)
        {
            Time.Advance(TimeSpan.Zero);
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>The task's end, without that time passes.</summary>
    public async Task<OrchestrationInstance> EndAsync()
    {
        var ended = _engine.Client.WaitAsync(Id, TestContext.Current.CancellationToken);
        await UntilAsync(() => ended.IsCompleted);
        return (await ended)!;
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        _folder.Dispose();
    }

    private async Task OpenEngineAsync() => _engine = await DurableEngine.StartAsync(
        new EngineOptions { Directory = _folder.Path, StopGrace = TimeSpan.Zero, SegmentBytes = 1024 * 1024 },
        Activities.AddTo(new DurableRegistry().AddOrchestration(RunTaskOrchestration.Name, context => RunTaskOrchestration.RunAsync(_around(context)))),
        Time, NullLoggerFactory.Instance, default);
}
