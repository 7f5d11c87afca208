namespace DurableAgentTasks.Agents.Processes;

/// <summary>How a run ended. By then no process of it is left, except those in <see cref="Remaining"/>.</summary>
public sealed record ProcessExit
{
    /// <summary>
    /// 0 to 255, with 128 + n for a death by signal n, as a shell reports it; <see langword="null"/> if nobody saw the end, because the
    /// wrapper itself was killed.
    /// </summary>
    public required int? ExitCode { get; init; }

    /// <summary>
    /// The signal it died of, told from the exit code. A program that exits with 128 + n by itself reads alike (a shell does so for its
    /// own children), so this is no proof.
    /// </summary>
    public int? Signal => ExitCode is > 128 and <= 128 + 64 ? ExitCode - 128 : null;

    /// <summary>Who asked for the stop first, and why; <see langword="null"/> if it ended by itself.</summary>
    public StopCause? StoppedBy { get; init; }

    /// <summary>
    /// Every process of the run that lived when we began to end it and is gone, without the wrapper: the command and its descendants
    /// after a stop, those that the command left running when it ended by itself.
    /// </summary>
    public IReadOnlyList<EndedProcess> Ended { get; init; } = [];

    /// <summary>Those that could not be ended: another user's, or stuck in the kernel.</summary>
    public IReadOnlyList<EndedProcess> Remaining { get; init; } = [];

    /// <summary>From the request to stop, or from the command's end, until no process was left.</summary>
    public TimeSpan EndingTook { get; init; }
}

/// <param name="By">An operator, a deadline, the host.</param>
/// <param name="Why">For people.</param>
public sealed record StopCause(string By, string Why);

/// <param name="Pid">Its process id.</param>
/// <param name="Name">The name of its program, as the system abbreviates it.</param>
/// <param name="Tag">Its run; <see langword="null"/> if its environment does not tell.</param>
/// <param name="Killed">Whether it had to be killed, having ignored what came before or been given no time.</param>
public sealed record EndedProcess(int Pid, string Name, string? Tag, bool Killed);
