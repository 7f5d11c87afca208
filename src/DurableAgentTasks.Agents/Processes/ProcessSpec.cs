namespace DurableAgentTasks.Agents.Processes;

/// <summary>What to run, where, and in which run folder.</summary>
public sealed record ProcessSpec
{
    /// <summary>An absolute path, a path relative to <see cref="WorkingDirectory"/>, or a name looked up on the <c>PATH</c> of the run.</summary>
    public required string FileName { get; init; }

    /// <summary>Each reaches the program as it stands: no shell reads it. At most 131,071 bytes of UTF-8 each on Linux.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Text that is written to a file of the run folder whose path becomes the last argument; for what is too long to be an argument.</summary>
    public string? Script { get; init; }

    /// <summary>
    /// What the command reads from its standard input: kept as UTF-8 in a file of the run folder, of any length.
    /// <see langword="null"/>: there is nothing to read.
    /// </summary>
    public string? StandardInput { get; init; }

    public required string WorkingDirectory { get; init; }

    /// <summary>Added to the environment of this process; <see langword="null"/> removes the variable.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>
    /// A folder of this run's own; made if missing. One that a run was started in before is refused. As its files may hold secrets, it
    /// becomes readable by this user only (not on Windows).
    /// </summary>
    public required RunFolder Folder { get; init; }

    public required RunTag Tag { get; init; }

    /// <summary>How a polite stop begins. Recorded, so that a later life stops the run in the same way.</summary>
    public PoliteSignal Interrupt { get; init; }

    /// <summary>The time between the polite request and the kill, from 0.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How the record of the run names the command; must hold no secrets. The file name if not given.</summary>
    public string? Summary { get; init; }
}
