using System.ComponentModel;
using System.Diagnostics;

namespace DurableAgentTasks.Agents.Processes;

/// <summary>Records a run and starts its wrapper.</summary>
internal static class WrapperLaunch
{
    private const int ArgumentListTooLong = 7; // E2BIG

    /// <returns>The wrapper and the completed record, or else why the system refused.</returns>
    /// <exception cref="IOException">The run folder cannot be written.</exception>
    public static async Task<(Process? Wrapper, RunRecord? Record, ProcessStart.Refused? Refused)> StartAsync(ProcessSpec spec, string executable, TimeProvider time)
    {
        var record = Describe(spec, time);
        spec.Folder.Create();
        spec.Folder.Write(record);
        if (spec.StandardInput is { } input) await File.WriteAllTextAsync(spec.Folder.StandardInput, input, CancellationToken.None);
        var arguments = spec.Arguments;
        if (spec.Script is { } script) arguments = [.. arguments, await WriteScriptAsync(spec.Folder, script)];
        try
        {
            var wrapper = Process.Start(StartInfo(spec, executable, arguments)) ?? throw new InvalidOperationException("No process was started.");
            record = Complete(record, wrapper.Id);
            spec.Folder.Write(record);
            return (wrapper, record, null);
        }
        catch (Win32Exception e)
        {
            var reason = e.NativeErrorCode == ArgumentListTooLong && !OperatingSystem.IsWindows() ? StartRefusal.TooLong : StartRefusal.SystemRefused;
            return (null, null, new ProcessStart.Refused(reason, e.Message));
        }
    }

    private static ProcessStartInfo StartInfo(ProcessSpec spec, string executable, IReadOnlyList<string> arguments)
    {
        var info = OperatingSystem.IsWindows()
            ? WindowsWrapper.StartInfo(spec.Folder, executable, arguments)
            : PosixWrapper.StartInfo(spec.Folder, executable, arguments);
        info.WorkingDirectory = spec.WorkingDirectory;
        foreach (var (name, value) in spec.Environment)
        {
            if (value is null) info.Environment.Remove(name);
            else info.Environment[name] = value;
        }

        info.Environment[RunTag.Variable] = spec.Tag.Value;
        return info;
    }

    private static async Task<string> WriteScriptAsync(RunFolder folder, string script)
    {
        var path = Path.Combine(folder.Path, OperatingSystem.IsWindows() ? "command.cmd" : "command");
        await File.WriteAllTextAsync(path, script, CancellationToken.None);
        return path;
    }

    private static RunRecord Describe(ProcessSpec spec, TimeProvider time) => new()
    {
        Tag = spec.Tag.Value,
        Command = spec.Summary ?? spec.FileName,
        Host = Environment.MachineName,
        BootId = ProcessTable.Current.BootId,
        CreatedAt = time.GetUtcNow(),
        Interrupt = spec.Interrupt,
        Grace = spec.Grace,
    };

    /// <summary>A command may have ended before we look; its wrapper then has no start time, and needs none.</summary>
    private static RunRecord Complete(RunRecord record, int pid) => record with
    {
        Pid = pid,
        StartTime = ProcessTable.Current.Find(pid)?.Id.StartTime,
        ProcessGroup = !OperatingSystem.IsWindows() && PosixWrapper.LeadsItsGroup ? pid : null,
    };
}
