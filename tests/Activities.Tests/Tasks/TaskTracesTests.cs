using System.Collections.Concurrent;
using System.Diagnostics;
using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Activities.Tests.Hosting;
using DurableAgentTasks.Storage.Tasks;
using DurableAgentTasks.Workflow;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Tests.Tasks;

public sealed class TaskTracesTests : IAsyncDisposable, IActivityRegistry
{
    private const string Engine = "TaskTracesTests.Engine";

    private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();
    private readonly ActivitySpanId _caller = ActivitySpanId.CreateRandom();
    private readonly ActivitySource _engine = new(Engine);
    private readonly ConcurrentDictionary<string, Activity> _spans = [];
    private readonly ActivityListener _listener;
    private readonly TaskFixture _task = new();
    private Func<RunStep, CancellationToken, Task<StepOutcome>>? _runStep;

    public TaskTracesTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is TaskTraces.SourceName or Engine,

            // As Durable Functions' own: there, and not recorded.
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Source.Name == Engine ? ActivitySamplingResult.AllData : ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => _ = span.TraceId == _trace && _spans.TryAdd(span.OperationName, span),
        };
        ActivitySource.AddActivityListener(_listener);
        this.AddTaskActivities(_task.Services);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        _engine.Dispose();
        await _task.DisposeAsync();
    }

    public IActivityRegistry AddActivity<TInput, TOutput>(Activity<TInput, TOutput> activity, Func<TInput, CancellationToken, Task<TOutput>> body)
    {
        if (body is Func<RunStep, CancellationToken, Task<StepOutcome>> runStep) _runStep = runStep;
        return this;
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task An_activity_goes_on_in_the_trace_of_the_start_and_its_step_s_program_in_that_of_the_step()
    {
        await RunStepAsync();
        Assert.Equal(_caller, _spans["RunStep"].ParentSpanId);
        Assert.Equal(_spans["RunStep"].SpanId, _spans["step 1.1"].ParentSpanId);
        Assert.Equal([_spans["step 1.1"].Id!], await _task.PrintedAsync());
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task What_the_engine_calls_it_in_is_between_if_it_is_in_the_trace()
    {
        using var call = _engine.StartActivity("call", ActivityKind.Server, new ActivityContext(_trace, _caller, ActivityTraceFlags.None))!;
        await RunStepAsync();
        Assert.Equal((call.SpanId, true), (_spans["RunStep"].ParentSpanId, _spans["RunStep"].Recorded));
        Assert.EndsWith("-01", Assert.Single(await _task.PrintedAsync()), StringComparison.Ordinal);
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task What_wakes_the_engine_in_another_trace_is_not_between()
    {
        using var other = _engine.StartActivity("other", ActivityKind.Server, new ActivityContext(ActivityTraceId.CreateRandom(), _caller, ActivityTraceFlags.None))!;
        await RunStepAsync();
        Assert.Equal(_caller, _spans["RunStep"].ParentSpanId);
    }

    private async Task RunStepAsync()
    {
        var body = _task.Body("echo $TRACEPARENT");
        await _task.Store.CreateAsync(
            new TaskStart
            {
                Id = _task.Id, Request = body, RequestHash = CanonicalJson.Hash(body), CreatedAt = DateTimeOffset.UnixEpoch, TraceParent = $"00-{_trace}-{_caller}-01",
            },
            Cancellation);
        await _task.PrepareAsync(body);
        Assert.Equal(StepEnding.Succeeded, (await _runStep!(_task.Attempt(), Cancellation)).Ending);
    }
}
