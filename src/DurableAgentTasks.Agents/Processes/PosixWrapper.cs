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
        input=/dev/null
        if [ -e "$run/stdin" ]; then input=$run/stdin; fi
        (exec "$@") <"$input" >>"$run/stdout" 2>>"$run/stderr" || status=$?
        echo "$status" >"$run/exit" && exit 0
        exit "$status"
        """;

    private static readonly string[] Launcher = FindLauncher();

    /// <summary>Whether the wrapper's pid is the id of a process group and session of the run's own.</summary>
    public static bool LeadsItsGroup => Launcher.Length > 0;

    public static ProcessStartInfo StartInfo(RunFolder folder, string executable, IEnumerable<string> arguments)
    {
        string[] command = [.. Launcher, "/bin/sh", "-c", Script, "dat-run", folder.Path, executable, .. arguments];
        return new ProcessStartInfo(command[0], command.Skip(1)) { UseShellExecute = false };
    }

    /// <summary>
    /// What starts the wrapper, without a process in between, in a session of its own and with the default signals: .NET ignores SIGPIPE,
    /// and a host that a script started in the background ignores interrupts; what is ignored is inherited, and no shell can undo it
    /// (https://github.com/PowerShell/PowerShell/issues/8421). Linux has setsid and GNU env, macOS has perl. With setsid alone (busybox)
    /// signals stay as they are; with nothing the run shares our group, and its processes are signalled one by one.
    /// </summary>
    private static string[] FindLauncher()
    {
        const string defaultSignals = "--default-signal=INT,QUIT,TERM,PIPE";
        const string perlScript = "POSIX::setsid(); $SIG{$_} = 'DEFAULT' for qw(INT QUIT TERM PIPE); exec { $ARGV[0] } @ARGV";
        var setsid = Find("setsid");
        if (setsid is not null && Find("env") is { } env && Succeeds(env, defaultSignals, "true")) return [setsid, env, defaultSignals];
        if (Find("perl") is { } perl) return [perl, "-MPOSIX", "-e", perlScript];
        return setsid is null ? [] : [setsid];
    }

    private static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/bin", "/bin"])
            .Where(Path.IsPathRooted).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static bool Succeeds(string fileName, params string[] arguments)
    {
        using var probe = Process.Start(new ProcessStartInfo(fileName, arguments) { UseShellExecute = false, RedirectStandardError = true });
        probe?.WaitForExit();
        return probe?.ExitCode == 0;
    }
}
