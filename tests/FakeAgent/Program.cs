using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.FakeAgent;
using DurableAgentTasks.FakeAgent.Clis;

// A program that behaves as agents do, well or badly: FakeAgent <mode> [arguments]. The mode claude, codex, gemini, opencode or
// copilot takes the arguments of that CLI.
var modes = new Dictionary<string, Func<string[], int>>(StringComparer.Ordinal)
{
    ["both"] = a => Output.Lines(int.Parse(a[0]), Console.OpenStandardOutput(), Console.OpenStandardError()),
    ["crash"] = _ => Endings.Crash(),
    ["exit-0-without-result"] = _ => Output.Line("working"),
    ["exit"] = a => int.Parse(a[0]),
    ["guarded"] = Supervisor.RunGuarded,
    ["half-line"] = _ => Output.HalfLine(),
    ["hang"] = _ => Endings.Hang(),
    ["ignore-sigint"] = _ => Endings.IgnoreInterrupts(),
    ["interruptible"] = a => Endings.ExitWhenInterrupted(int.Parse(a[0])),
    ["leave-behind"] = _ => Children.LeaveBehind(),
    ["lines"] = a => Output.Lines(int.Parse(a[0]), Console.OpenStandardOutput()),
    ["print-env"] = a => Output.Line(Environment.GetEnvironmentVariable(a[0]) ?? "(none)"),
    ["read-stdin"] = _ => Output.Line($"read {Console.In.ReadToEnd().Length}"),
    ["slow-start"] = a => Output.AfterAFile(a[0], exitCode: 7),
    ["spam"] = a => Output.Bytes(long.Parse(a[0])),
    ["spawn-child"] = _ => Children.InItsOwnSession(),
    ["spawn-grandchild"] = _ => Children.DoubleForked(),
    ["stderr"] = a => Output.Lines(int.Parse(a[0]), Console.OpenStandardError()),
    ["supervise"] = Supervisor.Run,
};

if (StepWatchdogProcess.IsAskedFor(args))
{
    await StepWatchdogProcess.RunAsync(args);
    return 0;
}

foreach (var cli in Cli.ByName.Keys) modes[cli] = a => CliRun.Run(cli, a);
if (args.Length > 0 && modes.TryGetValue(args[0], out var mode)) return mode(args[1..]);
Console.Error.WriteLine($"Usage: FakeAgent {string.Join(" | ", modes.Keys)}");
return 64;
