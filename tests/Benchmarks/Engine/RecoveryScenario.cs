using System.Diagnostics;

namespace DurableAgentTasks.Benchmarks.Engine;

/// <summary>W4: a process is killed after so many recorded steps; how long until a new one has run the next step?</summary>
internal static class RecoveryScenario
{
    public const string Child = "recovery-child";

    private const string Ready = "recorded";
    private const string Resumed = "resumed";

    public static async Task RunAsync(int steps, int runs)
    {
        var measured = new List<double>(runs);
        for (var i = 0; i < runs; i++)
        {
            using var folder = new TemporaryFolder();
            await UntilAsync(folder.Path, steps, Ready);
            var watch = Stopwatch.StartNew();
            await UntilAsync(folder.Path, steps, Resumed);
            measured.Add(watch.Elapsed.TotalMilliseconds);
        }

        measured.Sort();
        Measure.Print($"W4: kill after {steps:N0} steps; process start to next step", [.. measured], ms => $"{ms:F0} ms");
    }

    /// <summary>Runs steps; says when so many are recorded, and, in a later life, when the first new one runs.</summary>
    public static async Task RunChildAsync(string folder, string stepsText)
    {
        var steps = int.Parse(stepsText);
        var resumed = Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any();
        var said = 0;
        await using var engine = await BenchmarkProgram.StartAsync(folder, input =>
        {
            if (resumed && Interlocked.Exchange(ref said, 1) == 0) Console.WriteLine(Resumed);

            // The step that is asked for now proves that all before it are on the disk.
            if (!resumed && input == steps) Console.WriteLine(Ready);
            return input < steps ? Task.FromResult(input) : Task.Delay(Timeout.Infinite).ContinueWith(_ => input);
        });
        if (!resumed) await engine.Client.StartAsync(BenchmarkProgram.Sequence, "w4", (steps + 1).ToString(), CancellationToken.None);
        await Task.Delay(Timeout.Infinite);
    }

    private static async Task UntilAsync(string folder, int steps, string word)
    {
        // This program again: by its own name, or by dotnet and the name of its assembly.
        string[] itself = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
        var start = new ProcessStartInfo(Environment.ProcessPath!, [.. itself, Child, Path.Combine(folder, "engine"), steps.ToString()])
        {
            RedirectStandardOutput = true, UseShellExecute = false,
        };
        using var child = Process.Start(start)!;
        string? line;
        do
        {
            line = await child.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"The child ended before it said '{word}'.");
        }
        while (line != word);

        child.Kill();
        await child.WaitForExitAsync();
    }
}
