namespace DurableAgentTasks.Storage.Steps;

/// <summary>What is asked of an attempt of a step, wherever it runs, and whether or not it has begun.</summary>
public sealed record StepControl
{
    /// <summary>Why it is to stop; <see langword="null"/> if it is not. The first reason stays.</summary>
    public string? Stop { get; init; }

    /// <summary>Whether its processes are to stand still.</summary>
    public bool Frozen { get; init; }
}
