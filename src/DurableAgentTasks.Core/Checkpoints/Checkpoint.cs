using System.Text.Json.Serialization;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Core.Checkpoints;

/// <summary>
/// Where a task stood, and all that is needed to go on from there, on any machine. It is written once; <see cref="CheckpointText"/>
/// gives it a hash of itself.
/// </summary>
public sealed record Checkpoint
{
    public required CheckpointId Id { get; init; }

    public required TaskId TaskId { get; init; }

    /// <summary>From 1, in the order they were taken.</summary>
    public required int Number { get; init; }

    public required CheckpointType Type { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Description { get; init; }

    /// <summary>Why it was taken, if somebody said; such as an operator.</summary>
    public string? Reason { get; init; }

    /// <summary>
    /// It holds what a restore, or the arrival on another machine, took away, which would be lost else; it is no part of the task's work, and
    /// counts only where it is named.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsRescued { get; init; }

    public Plan? Plan { get; init; }

    /// <summary>The phase the task was in.</summary>
    public int? PhaseId { get; init; }

    public IReadOnlyList<string> CompletedSteps { get; init; } = [];

    public IReadOnlyList<string> PendingSteps { get; init; } = [];

    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>By the step that began them.</summary>
    public IReadOnlyDictionary<string, AgentSession> Sessions { get; init; } = new Dictionary<string, AgentSession>();

    /// <summary>Of the sessions, where the agent keeps such a file: with it the session goes on elsewhere.</summary>
    public IReadOnlyList<AgentTranscript> Transcripts { get; init; } = [];

    /// <summary>The plan as <c>todo.md</c>, with what is done.</summary>
    public string? Todo { get; init; }

    /// <summary>The environment of steps: all names; the value of a secret is <see langword="null"/>.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Since the checkpoint before, at most 10,000; all are counted in <see cref="FilesModified"/>.</summary>
    public IReadOnlyList<ChangedFile> Files { get; init; } = [];

    public int FilesModified { get; init; }

    /// <summary>Added and deleted lines of text files.</summary>
    public long LinesChanged { get; init; }

    /// <summary>What it does not hold though it is not ignored.</summary>
    public IReadOnlyList<LeftOutFile> LeftOut { get; init; } = [];

    public IReadOnlyList<NestedRepository> Nested { get; init; } = [];

    public required string Commit { get; init; }

    public required string Tree { get; init; }

    public required string Ref { get; init; }

    /// <summary>The user's <c>HEAD</c>, if there is a repository with a commit.</summary>
    public string? Head { get; init; }

    /// <summary>What carries the objects; <see langword="null"/> if they are only where they were made.</summary>
    public CheckpointBundle? Bundle { get; init; }

    /// <summary>The bundles that <see cref="Bundle"/> builds on, oldest first, the first one complete; empty if it is complete itself.</summary>
    public IReadOnlyList<CheckpointBundle> BuildsOn { get; init; } = [];

    /// <summary>Bytes of the bundle.</summary>
    public long Size { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }

    [JsonIgnore]
    public CheckpointReference Reference => new(Id.Value, Json.WireName.Of(Type), At, Commit, Ref);
}

/// <param name="Name">Of the blob.</param>
/// <param name="Sha256">64 hex digits.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Commit">What it brings; it builds on the commit of the bundle before.</param>
public sealed record CheckpointBundle(string Name, string Sha256, long Size, string Commit);

/// <summary>What an agent keeps of a session in a file of its own.</summary>
/// <param name="SessionId">As the agent names it.</param>
/// <param name="Path">Below the agent's own folder, with <c>/</c>; <c>{directory}</c> stands for the name the agent makes of the working directory.</param>
/// <param name="Blob">Where it is stored: JSON lines, gzipped, without the values of secrets.</param>
/// <param name="Sha256">Of its content, 64 hex digits.</param>
/// <param name="Size">Bytes of its content.</param>
public sealed record AgentTranscript(string SessionId, string Path, string Blob, string Sha256, long Size);
