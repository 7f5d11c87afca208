using DurableAgentTasks.Core.Timeouts;

namespace DurableAgentTasks.Core.Requests;

/// <summary>What the host allows in a request.</summary>
public sealed class TaskRequestRules
{
    /// <summary>The agent profiles by name, the built-in <c>shell</c> among them if it may be used.</summary>
    public required IReadOnlyCollection<string> Agents { get; init; }

    public TimeoutOptions Timeouts { get; init; } = new();

    public TaskRequestLimits Limits { get; init; } = new();
}

/// <summary>How much may be in a request. Characters are UTF-16 code units.</summary>
public sealed class TaskRequestLimits
{
    public int Phases { get; init; } = 1_000;

    /// <summary>In all phases together.</summary>
    public int Steps { get; init; } = 10_000;

    /// <summary>Characters of the title of a phase or a step.</summary>
    public int Title { get; init; } = 10_000;

    /// <summary>Characters of a prompt.</summary>
    public int Prompt { get; init; } = 100_000;

    /// <summary>Bytes of a command in UTF-8: it becomes one argument of the shell, and Linux takes 128 KiB for one.</summary>
    public int CommandBytes { get; init; } = 100_000;

    public int EnvironmentVariables { get; init; } = 500;

    /// <summary>Characters of the name of an environment variable.</summary>
    public int EnvironmentName { get; init; } = 256;

    /// <summary>Characters of one value: what Windows takes.</summary>
    public int EnvironmentValue { get; init; } = 32_000;

    /// <summary>Characters of all names and values together: they share the child's argument space.</summary>
    public int EnvironmentTotal { get; init; } = 256_000;

    public int Secrets { get; init; } = 100;

    public int Webhooks { get; init; } = 20;

    public int WebhookEvents { get; init; } = 50;

    /// <summary>Characters of a web address.</summary>
    public int Url { get; init; } = 2_000;

    /// <summary>Characters of a path.</summary>
    public int Path { get; init; } = 4_096;
}
