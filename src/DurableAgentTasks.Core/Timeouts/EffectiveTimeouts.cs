using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Core.Timeouts;

/// <summary>The limits of one task: what its request says, and the operator's defaults where it says nothing.</summary>
public sealed record EffectiveTimeouts(TimeoutOptions Options, TimeoutRequest? Request)
{
    /// <summary><see langword="null"/> is no limit.</summary>
    public TimeSpan? Task => Of(Request?.Task, Options.Task);

    /// <summary><see langword="null"/> is no limit.</summary>
    public TimeSpan? Phase => Of(Request?.Phase, Options.Phase);

    /// <summary>After how long without activity the task is paused; <see langword="null"/> is never.</summary>
    public TimeSpan? Idle => Of(Request?.Idle, Options.Idle);

    /// <summary>How long one attempt may run: the step's own limit, else the request's for agent steps, else that of the kind.</summary>
    public TimeSpan? OfStep(Step step) =>
        step.Timeout ?? Of(step.Kind == StepKind.Agent ? Request?.AgentStep : null, Options.ForStep(step.Kind));

    private static TimeSpan? Of(TimeoutLimit? asked, TimeoutRule rule) => asked is null ? rule.Default : asked.Duration;
}
