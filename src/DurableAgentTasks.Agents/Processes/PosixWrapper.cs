using System.Diagnostics;

namespace DurableAgentTasks.Agents.Processes;

/// <summary>
/// The small shell script between us and the command. It lives as long as the command and records its end, also when the supervisor is
/// long dead.
/// </summary>
internal static class PosixWrapper
{
    // - Our own terminal and pipes are let go first: a run must not hold them open.
    // - A trap that does nothing keeps the wrapper alive under signals to its group. A trapped signal is again the default one in the
    //   command; an ignored one (trap '') would be ignored there too. For the same reason the command runs in the foreground: a shell
    //   starts background commands with interrupts ignored.
    // - exec runs a program, never a builtin, and what it is reaches the script as arguments, never as text of the script.
    // - Appending, because a command that opens /dev/stderr truncates the file, and would otherwise go on writing behind a hole.
    // - A status is one write of digits and a line feed; a reader takes no other, so it sees all of it or nothing. A rename would need a
    //   second process, which is not to be had when the command has used up the limit.
    private const string Script =
        """
        exec </dev/null >/dev/null 2>&1
        trap : HUP INT QUIT TERM USR1 USR2 ALRM
        run=$1
        shift
        status=0
        (exec "$@") >>"$run/stdout" 2>>"$run/stderr" || status=$?
        echo "$status" >"$run/exit" && exit 0
        exit "$status"
        """;

    private static readonly string[] OwnSession = FindOwnSession();
    private static readonly string[] InterruptsHeard = FindInterruptsHeard();

    /// <summary>Whether the wrapper's pid is the id of a process group and session of the run's own.</summary>
    public static bool LeadsItsGroup => OwnSession.Length > 0;

    public static ProcessStartInfo StartInfo(RunFolder folder, string executable, IEnumerable<string> arguments)
    {
        string[] command = [.. OwnSession, .. InterruptsHeard, "/bin/sh", "-c", Script, "dat-run", folder.Path, executable, .. arguments];
        return new ProcessStartInfo(command[0], command.Skip(1)) { UseShellExecute = false };
    }

    /// <summary>
    /// What puts a program into a session of its own without a process in between: setsid(1); perl on macOS, which has no setsid.
    /// Without either the run shares our group, and its processes are signalled one by one.
    /// </summary>
    private static string[] FindOwnSession()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/bin", "/bin"]).Where(Path.IsPathRooted).ToList();
        return Find("setsid") is { } setsid ? [setsid]
            : Find("perl") is { } perl ? [perl, "-MPOSIX", "-e", "POSIX::setsid(); exec { $ARGV[0] } @ARGV"]
            : [];

        string? Find(string name) => folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }

    /// <summary>
    /// A host that a script started in the background ignores interrupts, and so would all it starts; no shell can undo that. GNU env can.
    /// Without it such a host's runs are killed after the grace.
    /// </summary>
    private static string[] FindInterruptsHeard()
    {
        const string status = "/proc/self/status", ignored = "SigIgn:";
        if (!File.Exists(status)) return [];
        var mask = Convert.ToInt64(File.ReadLines(status).First(line => line.StartsWith(ignored, StringComparison.Ordinal))[ignored.Length..].Trim(), 16);
        const int interrupt = 2;
        if ((mask & (1L << (interrupt - 1))) == 0) return [];
        string[] env = ["/usr/bin/env", "--default-signal=INT,QUIT"];
        if (!File.Exists(env[0])) return [];
        using var probe = Process.Start(new ProcessStartInfo(env[0], [env[1], "true"]) { UseShellExecute = false, RedirectStandardError = true });
        probe?.WaitForExit();
        return probe?.ExitCode == 0 ? env : [];
    }
}
