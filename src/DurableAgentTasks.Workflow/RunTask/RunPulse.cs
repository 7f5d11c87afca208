namespace DurableAgentTasks.Workflow.RunTask;

/// <summary>What is known of the runner of the present step, from time to time.</summary>
public sealed record RunPulse
{
    /// <summary>When it was last looked for.</summary>
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>The last activity whose long absence was warned of.</summary>
    public DateTimeOffset? WarnedOf { get; init; }

    /// <summary>The resources that were short then.</summary>
    public IReadOnlyList<string> Alerts { get; init; } = [];
}
