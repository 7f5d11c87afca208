namespace DurableAgentTasks.Engine.Journal;

/// <summary>Another process has the folder open.</summary>
public sealed class JournalInUseException(string message) : IOException(message);

/// <summary>Stored data is not what was written.</summary>
/// <param name="file">The file.</param>
/// <param name="offset">Where in it, in bytes.</param>
/// <param name="problem">What is wrong there.</param>
public sealed class JournalDamagedException(string file, long offset, string problem)
    : IOException($"The journal is damaged: {file}, offset {offset}: {problem}. Nothing was changed. Run the repair the README describes; it keeps every other instance.")
{
    public string File { get; } = file;

    public long Offset { get; } = offset;
}

/// <summary>The disk failed while the journal was writing. Nothing more is written or acknowledged; a restart finds out what it holds.</summary>
public sealed class JournalUnavailableException(string message, Exception? cause) : IOException(message, cause);
