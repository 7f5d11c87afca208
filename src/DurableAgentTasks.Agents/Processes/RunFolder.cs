using System.Text.Json;
using DurableAgentTasks.Core.Json;

namespace DurableAgentTasks.Agents.Processes;

/// <summary>The folder of one run: its record, its output and its exit status, readable in any later life of the supervisor.</summary>
public sealed class RunFolder(string path)
{
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    public string StandardOutput => System.IO.Path.Combine(Path, "stdout");

    public string StandardError => System.IO.Path.Combine(Path, "stderr");

    internal string StandardInput => System.IO.Path.Combine(Path, "stdin");

    internal string ExitFile => System.IO.Path.Combine(Path, "exit");

    internal string RecordFile => System.IO.Path.Combine(Path, "run.json");

    public string PathOf(OutputStream stream) => stream == OutputStream.StandardOutput ? StandardOutput : StandardError;

    /// <summary>What is known of the run, by its files and by the processes that live now.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public RunStatus Read() => Read(ProcessTable.Current);

    internal RunStatus Read(IProcessTable table)
    {
        var record = ReadRecord();
        var alive = record is not null && IsAlive(record, table);
        // The exit file is read after the look at the processes: a run that ends in between is then seen as ended.
        if (ReadExitCode() is { } code) return new RunStatus(RunState.Ended, code, record);
        if (alive) return new RunStatus(RunState.Alive, null, record);
        var began = record?.Pid is not null || File.Exists(StandardOutput);
        return new RunStatus(began ? RunState.Vanished : RunState.NotStarted, null, record);
    }

    /// <summary>Makes the folder, if need be, and closes it to other users.</summary>
    internal void Create()
    {
        Directory.CreateDirectory(Path);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>The exit status, once the wrapper has written it whole: digits and a line feed.</summary>
    internal int? ReadExitCode()
    {
        try
        {
            var text = File.ReadAllText(ExitFile);
            return text.EndsWith('\n') && int.TryParse(text.AsSpan().Trim(), out var code) ? code : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    internal void Write(RunRecord record)
    {
        var temporary = RecordFile + ".new";
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(record, TaskJson.Options));
        File.Move(temporary, RecordFile, overwrite: true);
    }

    internal RunRecord? ReadRecord()
    {
        try
        {
            return JsonSerializer.Deserialize<RunRecord>(File.ReadAllBytes(RecordFile), TaskJson.Options);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            // Torn by a loss of power, after which no process is left either.
            return null;
        }
    }

    private static bool IsAlive(RunRecord record, IProcessTable table)
    {
        if (record.BootId != table.BootId) return false;
        return record.Wrapper is { } wrapper
            ? table.Find(wrapper.Pid)?.Id == wrapper
            // The supervisor died between the start and its record: only the tag tells.
            : table.List(since: 0).Any(process => process.Tag == record.Tag);
    }
}

public enum RunState
{
    NotStarted,
    Alive,
    Ended,

    /// <summary>It ran, and nobody saw its end: the machine went down, or its wrapper was killed.</summary>
    Vanished,
}

/// <param name="State">Where it stands.</param>
/// <param name="ExitCode">As in <see cref="ProcessExit.ExitCode"/>; given when it has ended.</param>
/// <param name="Record">What was recorded at its start; <see langword="null"/> if nothing readable.</param>
public sealed record RunStatus(RunState State, int? ExitCode, RunRecord? Record);
