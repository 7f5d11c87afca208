using System.Diagnostics;
using System.Globalization;
using DurableAgentTasks.Agents.Processes;

namespace DurableAgentTasks.Benchmarks.Output;

/// <summary>A supervisor is killed with -9 while its command writes. What becomes of the command, and how much of what it writes is found?</summary>
internal static class KilledSupervisor
{
    public const string Child = "output-child";

    private const int Blocks = 100;
    private const int BlockBytes = 5_000_000;
    private const long Total = (long)Blocks * BlockBytes;

    private const string Writer =
        """
        i=0
        while [ $i -lt "$2" ]; do cat "$1" || { status=$?; echo $status >"$3"; exit $status; }; i=$((i+1)); sleep 0.02; done
        echo 0 >"$3"
        """;

    public static async Task RunAsync(string folder)
    {
        var block = Path.Combine(folder, "block");
        StreamJson.Write(block, BlockBytes);
        Console.WriteLine($"supervisor killed with -9 after 30 % of {Total / 1_000_000} MB");
        foreach (var route in new[] { "file", "pipe" })
        {
            var place = Directory.CreateDirectory(Path.Combine(folder, route)).FullName;
            using var supervisor = Start(route, block, place);
            while (long.Parse(await supervisor.StandardOutput.ReadLineAsync() ?? "0", CultureInfo.InvariantCulture) < Total * 3 / 10)
            {
            }

            supervisor.Kill();
            await supervisor.WaitForExitAsync();
            var status = Path.Combine(place, "status");
            while (!File.Exists(status) || new FileInfo(status).Length == 0) await Task.Delay(20);
            var kept = new FileInfo(route == "file" ? new RunFolder(Path.Combine(place, "run")).StandardOutput : Path.Combine(place, "out")).Length;
            Console.WriteLine($"    {route}: the writer ended with {File.ReadAllText(status).Trim()}; {kept / 1e6:N0} MB are kept, {100.0 * (Total - kept) / Total:F0} % are lost");
        }
    }

    /// <summary>The supervisor that will be killed; says how much it has received.</summary>
    public static Task RunChildAsync(string route, string block, string place)
    {
        string[] command = ["-c", Writer, "sh", block, Blocks.ToString(CultureInfo.InvariantCulture), Path.Combine(place, "status")];
        return route == "file" ? FollowAsync(place, command) : DrainAsync(place, command);
    }

    private static async Task FollowAsync(string place, string[] command)
    {
        var process = await OutputRoutes.StartAsync(place, "/bin/sh", command);
        var tail = new OutputTail(OutputStream.StandardOutput, process.Folder.StandardOutput, 0, SayAsync, TimeProvider.System);
        await tail.RunAsync(process.Completion, CancellationToken.None);

        static ValueTask SayAsync(OutputStream stream, ReadOnlyMemory<byte> chunk, long offsetAfter, bool end, CancellationToken cancellationToken)
        {
            Console.WriteLine(offsetAfter.ToString(CultureInfo.InvariantCulture));
            return ValueTask.CompletedTask;
        }
    }

    private static async Task DrainAsync(string place, string[] command)
    {
        await using var output = new FileStream(Path.Combine(place, "out"), FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        using var writer = Process.Start(new ProcessStartInfo("/bin/sh", command) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var buffer = new byte[OutputTail.LargestChunk];
        while (await writer.StandardOutput.BaseStream.ReadAsync(buffer) is > 0 and var read)
        {
            await output.WriteAsync(buffer.AsMemory(0, read));
            Console.WriteLine(output.Position.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static Process Start(params string[] arguments)
    {
        // This program again: by its own name, or by dotnet and the name of its assembly.
        string[] itself = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
        return Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. itself, Child, .. arguments])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
    }
}
