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

    /// <summary>What the command reads as its standard input, from a file of the run folder; <see langword="null"/> closes it.</summary>
    public string? StandardInput { get; init; }

    /// <summary>The signal that the command takes as a request to stop.</summary>
    public PoliteSignal Interrupt { get; init; }

    public required string WorkingDirectory { get; init; }

    /// <summary>Added to the environment of this process; <see langword="null"/> removes the variable.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>A folder of this run's own; made if missing. One that a run was started in before is refused.</summary>
    public required RunFolder Folder { get; init; }

    public required RunTag Tag { get; init; }

    /// <summary>The time between the polite request and the kill, from 0.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How the record of the run names the command; must hold no secrets. The file name if not given.</summary>
    public string? Summary { get; init; }
}

/// <summary>A signal that asks and does not kill.</summary>
public enum PoliteSignal
{
    /// <summary>SIGINT.</summary>
    Interrupt,

    /// <summary>SIGTERM.</summary>
    Terminate,
}
