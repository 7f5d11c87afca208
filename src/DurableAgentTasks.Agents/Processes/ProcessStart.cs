namespace DurableAgentTasks.Agents.Processes;

/// <summary>What came of the wish to start a run.</summary>
public abstract record ProcessStart
{
    private ProcessStart()
    {
    }

    public sealed record Started(SupervisedProcess Process) : ProcessStart;

    /// <param name="Reason">For code.</param>
    /// <param name="Message">For people: what is wrong and how to put it right.</param>
    public sealed record Refused(StartRefusal Reason, string Message) : ProcessStart;
}

public enum StartRefusal
{
    /// <summary>A NUL in the command or environment, or a malformed variable name.</summary>
    InvalidText,
    WorkingDirectoryMissing,
    ExecutableNotFound,

    /// <summary>The file is there but may not be executed, or is a folder.</summary>
    NotExecutable,

    /// <summary>The system's limit on arguments and environment is exceeded.</summary>
    TooLong,

    /// <summary>A run was started in this folder before.</summary>
    FolderTaken,

    /// <summary>A stop was asked for before the command began.</summary>
    StopRequested,

    /// <summary>The system cannot start another process now; the message says why.</summary>
    SystemRefused,
}
