using System.Diagnostics;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Tasks;

/// <summary>The trace a task was started in goes on in its activities, in each attempt of a step, and from there in what the step runs.</summary>
public sealed class TaskTraces(TaskStore store)
{
    /// <summary>The name of the <see cref="ActivitySource"/>, for whoever exports its spans.</summary>
    public const string SourceName = "DurableAgentTasks";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Runs an activity in a span of its own, if somebody exports spans.</summary>
    internal async Task<T> RunAsync<T>(string activity, string taskId, Func<Task<T>> run, CancellationToken cancellationToken)
    {
        if (!Source.HasListeners() || !TaskId.TryParse(taskId, out var task)) return await run();
        var parent = await ParentAsync(task, cancellationToken);
        using var span = Source.StartActivity(activity, ActivityKind.Internal, parent, [new("dat.task", taskId)]);
        try
        {
            return await run();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            span?.SetStatus(ActivityStatusCode.Error);
            throw;
        }
    }

    /// <summary>Begins the span of an attempt on this host.</summary>
    internal async Task<StepTrace> BeginAsync(TaskId task, RunStep input, CancellationToken cancellationToken)
    {
        var parent = await ParentAsync(task, cancellationToken);
        var span = Source.StartActivity(
            $"step {input.StepId}", ActivityKind.Internal, parent,
            [new("dat.task", input.TaskId), new("dat.step", input.StepId), new("dat.attempt", input.Attempt)]);
        return new StepTrace(span, span?.Id ?? Write(parent), span is null ? parent.TraceState : span.TraceStateString);
    }

    /// <summary>
    /// What runs here is nearer than the start of the task, if it is in the same trace. A span without a source is of logging alone, and what is
    /// in another trace is of whoever happened to wake the engine.
    /// </summary>
    private async Task<ActivityContext> ParentAsync(TaskId task, CancellationToken cancellationToken)
    {
        var start = await store.ReadStartAsync(task, cancellationToken);
        var here = Activity.Current is { Source.Name.Length: > 0 } span ? span.Context : default;
        if (!ActivityContext.TryParse(start?.TraceParent, start?.TraceState, isRemote: true, out var began)) return here;

        // Durable Functions' own spans do not say that they are recorded; the start does.
        return here.TraceId == began.TraceId ? new ActivityContext(began.TraceId, here.SpanId, began.TraceFlags | here.TraceFlags, began.TraceState) : began;
    }

    private static string? Write(ActivityContext context) =>
        context == default ? null : $"00-{context.TraceId}-{context.SpanId}-{(int)context.TraceFlags:x2}";
}

/// <param name="Span">Open until it is disposed; <see langword="null"/> if nobody exports spans.</param>
/// <param name="Parent">W3C <c>traceparent</c> of what the step runs.</param>
/// <param name="State">W3C <c>tracestate</c> of the same.</param>
internal sealed record StepTrace(Activity? Span, string? Parent, string? State) : IDisposable
{
    /// <summary>How the attempt ended; what an agent says of it stays in the log, which masks secrets.</summary>
    public StepOutcome Ended(StepOutcome outcome)
    {
        Span?.SetTag("dat.ending", outcome.Ending.ToString());
        Span?.SetStatus(outcome.Ending is StepEnding.Failed or StepEnding.NotStarted ? ActivityStatusCode.Error : ActivityStatusCode.Ok);
        return outcome;
    }

    public void Dispose() => Span?.Dispose();
}
