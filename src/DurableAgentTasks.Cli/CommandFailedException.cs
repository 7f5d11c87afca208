using DurableAgentTasks.Core.Requests;

namespace DurableAgentTasks.Cli;

/// <summary>The command cannot be carried out; the user is told in a sentence, and the program ends.</summary>
internal sealed class CommandFailedException(int exitCode, string message, IReadOnlyList<RequestError>? errors = null) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    /// <summary>What is wrong with which field.</summary>
    public IReadOnlyList<RequestError> Errors { get; } = errors ?? [];
}
