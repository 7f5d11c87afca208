using System.Diagnostics;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>The trace a task was started in goes on in each attempt of a step, and from there in what the step runs.</summary>
public sealed class StepTraces(TaskStore store)
{
    /// <summary>The name of the <see cref="ActivitySource"/>, for whoever exports its spans.</summary>
    public const string SourceName = "DurableAgentTasks";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Begins the span of an attempt on this host.</summary>
    internal async Task<StepTrace> BeginAsync(TaskId task, RunStep input, CancellationToken cancellationToken)
    {
        var start = await store.ReadStartAsync(task, cancellationToken);
        var parent = ActivityContext.TryParse(start?.TraceParent, start?.TraceState, isRemote: true, out var known) ? known : default;
        var span = Source.StartActivity(
            $"step {input.StepId}", ActivityKind.Internal, parent,
            [new("dat.task", input.TaskId), new("dat.step", input.StepId), new("dat.attempt", input.Attempt)]);
        return new StepTrace(span, span?.Id ?? start?.TraceParent, span is null ? start?.TraceState : span.TraceStateString);
    }
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
