using System.Runtime.InteropServices;

namespace DurableAgentTasks.Agents.Processes;

internal static partial class PosixSignals
{
    /// <summary>kill(2). That the process is gone or another user's is no error here: the next look at the table tells.</summary>
    public static void Send(int pid, Signal signal) => _ = Kill(pid, Number(signal));

    /// <summary>To all of a process group: kill(2) with the negated id.</summary>
    public static void SendToGroup(int group, Signal signal)
    {
        // kill(0), kill(-0) and kill(-1) mean our own group and everybody.
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(group, 1);
        _ = Kill(-group, Number(signal));
    }

    private static int Number(Signal signal) => signal switch
    {
        Signal.Interrupt => 2,
        Signal.Kill => 9,
        Signal.Terminate => 15,
        // The BSD family numbers these two in its own way.
        Signal.Stop => OperatingSystem.IsLinux() ? 19 : 17,
        Signal.Continue => OperatingSystem.IsLinux() ? 18 : 19,
        _ => throw new ArgumentOutOfRangeException(nameof(signal)),
    };

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int pid, int signal);
}
