namespace DurableAgentTasks.Cli;

/// <summary>What <c>dat</c> ends with, for scripts.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The host refused, the task that was followed did not complete or was done in part, or <c>doctor</c> found something missing.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong; nothing was sent.</summary>
    public const int Usage = 2;

    /// <summary>No host answers.</summary>
    public const int Unreachable = 3;

    /// <summary>Ctrl+C, as shells have it: 128 + SIGINT.</summary>
    public const int Interrupted = 130;
}
