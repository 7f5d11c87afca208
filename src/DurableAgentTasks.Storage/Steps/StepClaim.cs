using System.Text.Json;
using System.Text.Json.Serialization;

namespace DurableAgentTasks.Storage.Steps;

/// <summary>Which attempt of a task's steps may run: the one of the call with the highest fence that any host has seen.</summary>
public sealed record StepClaim
{
    /// <summary>The fence of that call; 0 before the first.</summary>
    public long Fence { get; init; }

    /// <summary>Whose attempt it is; <see langword="null"/> while none may run.</summary>
    public string? StepId { get; init; }

    public int Attempt { get; init; }

    /// <summary>The call itself, so that a host whose process was killed goes on with it in its next life.</summary>
    public JsonElement? Call { get; init; }

    /// <summary>The host that has begun it last; <see langword="null"/> if none has.</summary>
    public string? Host { get; init; }

    /// <summary>
    /// That host has ended it in order, before it was over: it is to go on elsewhere, or in its next life. <see langword="null"/> if the version
    /// that wrote the claim did not tell.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? GivenUp { get; init; }

    /// <summary>That host was about to start a program of it; told only where other hosts may take the attempt over.</summary>
    public bool HasStarted { get; init; }

    /// <summary>How the attempt ended, for whoever calls for it again; <see langword="null"/> if it has not.</summary>
    public JsonElement? Outcome { get; init; }

    public bool IsOf(string stepId, int attempt) => (StepId, Attempt) == (stepId, attempt);
}
