using System.Text.Json.Serialization;
using DurableAgentTasks.Core.Plans;

namespace DurableAgentTasks.Core.Tasks;

/// <summary>A valid start of a task: the body of <c>POST /api/tasks</c> and the input of the orchestration <c>RunTask</c>.</summary>
public sealed record TaskRequest
{
    /// <summary>The built-in agent, which runs commands with the system shell.</summary>
    public const string ShellAgent = "shell";

    /// <summary>A <see cref="TaskId"/>; made up if absent.</summary>
    public string? Id { get; init; }

    /// <summary>The agent profile by name; the built-in one is <see cref="ShellAgent"/>.</summary>
    public required string Agent { get; init; }

    /// <summary>Whose task it is; a name to filter and to delete by.</summary>
    public string? AgentId { get; init; }

    public string? Prompt { get; init; }

    public Plan? Plan { get; init; }

    public required WorkspaceRequest Workspace { get; init; }

    /// <summary>Environment variables of every step, beside those of the profile.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Names of secrets; the values are the operator's and are never in a request.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    public TimeoutRequest? Timeouts { get; init; }

    public ResourceBudgets? Budgets { get; init; }

    /// <summary>Higher runs first, -100 to 100.</summary>
    public int Priority { get; init; }

    public IReadOnlyList<WebhookRequest> Webhooks { get; init; } = [];

    public DeliveryRequest? Deliver { get; init; }

    /// <summary>Begin from this checkpoint's tree.</summary>
    public string? CheckpointId { get; init; }

    /// <summary>Continue this session of the agent.</summary>
    public string? SessionId { get; init; }
}

/// <summary>
/// Either a folder (<see cref="Path"/>, <see cref="Isolation"/>) or a repository (<see cref="Repository"/>, <see cref="Ref"/>).
/// </summary>
public sealed record WorkspaceRequest
{
    /// <summary>An absolute path of an existing folder.</summary>
    public string? Path { get; init; }

    /// <summary>Of a folder; <see langword="null"/> with a repository, whose clone is the task's own.</summary>
    public WorkspaceIsolation? Isolation { get; init; }

    /// <summary>A URL or path git can clone.</summary>
    public string? Repository { get; init; }

    /// <summary>A branch, tag or commit; <see langword="null"/> is the repository's default branch.</summary>
    public string? Ref { get; init; }

    /// <summary>A command that prepares a fresh tree, such as <c>npm ci</c>.</summary>
    public string? Setup { get; init; }
}

public enum WorkspaceIsolation
{
    InPlace,
    Worktree,
}

/// <summary>An unset limit takes the operator's default; one that is set to <see langword="null"/> in the request is no limit.</summary>
public sealed record TimeoutRequest
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeoutLimit? Task { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeoutLimit? Phase { get; init; }

    /// <summary>After how long without activity the task is paused.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeoutLimit? Idle { get; init; }

    /// <summary>Of the steps of kind <c>agent</c> that name none of their own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeoutLimit? AgentStep { get; init; }
}

/// <param name="Duration"><see langword="null"/> is no limit.</param>
public sealed record TimeoutLimit(TimeSpan? Duration);

/// <summary>What a task may use in all; a breach pauses it. <see langword="null"/> is no limit.</summary>
public sealed record ResourceBudgets
{
    public TimeSpan? CpuTime { get; init; }

    public long? MemoryBytes { get; init; }

    public int? Processes { get; init; }

    public long? DiskBytes { get; init; }

    public long? Tokens { get; init; }

    public decimal? CostUsd { get; init; }
}

/// <param name="Url">An absolute http or https address.</param>
/// <param name="Secret">The name of the secret that signs the calls.</param>
/// <param name="Events">Which events are sent; empty: all.</param>
public sealed record WebhookRequest(string Url, string? Secret, IReadOnlyList<string> Events);

/// <summary>How the work gets out when the task completes.</summary>
public sealed record DeliveryRequest
{
    public bool Branch { get; init; }

    public bool Push { get; init; }

    public bool Patch { get; init; }
}
