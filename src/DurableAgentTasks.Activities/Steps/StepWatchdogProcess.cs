using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>
/// The <see cref="StepWatchdog"/> as a process: this program once more, with arguments of its own. It outlives the host: it takes no signal
/// but a kill, and has none of the host's environment and output.
/// </summary>
public static class StepWatchdogProcess
{
    private const string Command = "watch-steps";

    /// <summary>What a .NET program needs to start.</summary>
    private static readonly string[] Kept = ["PATH", "HOME", "TMPDIR", "TEMP", "SystemRoot", "DOTNET_ROOT", "DOTNET_ROLL_FORWARD", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"];

    /// <summary>To be asked first in a program that is a host.</summary>
    public static bool IsAskedFor(IReadOnlyList<string> arguments) => arguments is [Command, _];

    /// <summary>Watches until its standard input ends, which it does with the host, however that ends.</summary>
    public static async Task RunAsync(IReadOnlyList<string> arguments)
    {
        using var interrupt = Ignore(PosixSignal.SIGINT);
        using var terminate = Ignore(PosixSignal.SIGTERM);
        using var hangUp = Ignore(PosixSignal.SIGHUP);
        var runs = new StepRuns(arguments[1]);
        await new StepWatchdog(runs, new StepHolds(runs, TimeProvider.System), TimeProvider.System).RunAsync(InputEndsAsync());
    }

    /// <summary>Starts it. What it dies of, if it does, is in its standard error.</summary>
    public static Process Start(string dataFolder)
    {
        var program = Environment.ProcessPath!;
        string[] host = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Assembly.GetEntryAssembly()!.Location] : [];
        var info = new ProcessStartInfo(program, [.. host, Command, dataFolder])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in info.Environment.Keys.Except(Kept, StringComparer.OrdinalIgnoreCase).ToList()) info.Environment.Remove(name);
        info.Environment["DOTNET_gcServer"] = "0";
        return Process.Start(info)!;
    }

    private static PosixSignalRegistration Ignore(PosixSignal signal) => PosixSignalRegistration.Create(signal, context => context.Cancel = true);

    private static async Task InputEndsAsync()
    {
        await using var input = Console.OpenStandardInput();
        await input.CopyToAsync(Stream.Null);
    }
}
