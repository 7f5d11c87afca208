using System.Diagnostics;
using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Benchmarks.Output;

/// <summary>Each takes all of a file that <c>cat</c> writes, and fails if a byte is missing.</summary>
internal static class OutputRoutes
{
    public static async Task TeeAsync(string input, string folder)
    {
        var output = Path.Combine(folder, "out");
        using var shell = Process.Start("/bin/sh", ["-c", "cat \"$1\" | tee \"$2\" >/dev/null", "sh", input, output]);
        await shell.WaitForExitAsync();
        Check(input, new FileInfo(output).Length);
    }

    public static async Task FileAsync(string input, string folder)
    {
        var process = await StartAsync(folder, "cat", input);
        long received = 0;
        var tail = new OutputTail(OutputStream.StandardOutput, process.Folder.StandardOutput, 0, CountAsync, TimeProvider.System);
        await tail.RunAsync(process.Completion, CancellationToken.None);
        Check(input, received);

        ValueTask CountAsync(OutputStream stream, ReadOnlyMemory<byte> chunk, long offsetAfter, bool end, CancellationToken cancellationToken)
        {
            received += chunk.Length;
            return ValueTask.CompletedTask;
        }
    }

    public static Task PipeAsync(string input, string folder) => DrainAsync(input, Stream.Null);

    public static async Task PipeToFileAsync(string input, string folder)
    {
        await using var output = new FileStream(Path.Combine(folder, "out"), FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        await DrainAsync(input, output);
    }

    public static async Task<SupervisedProcess> StartAsync(string folder, string program, params string[] arguments)
    {
        var spec = new ProcessSpec
        {
            FileName = program,
            Arguments = arguments,
            WorkingDirectory = folder,
            Folder = new RunFolder(Path.Combine(folder, "run")),
            Tag = RunTag.Create(DataFolderId.Of(folder), TaskId.Parse("output"), "1"),
        };
        return await SupervisedProcess.StartAsync(spec, TimeProvider.System, CancellationToken.None, CancellationToken.None) is ProcessStart.Started started
            ? started.Process
            : throw new InvalidOperationException($"{program} was not started.");
    }

    private static async Task DrainAsync(string input, Stream output)
    {
        using var cat = Process.Start(new ProcessStartInfo("cat", [input]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var buffer = new byte[OutputTail.LargestChunk];
        long received = 0;
        while (await cat.StandardOutput.BaseStream.ReadAsync(buffer) is > 0 and var read)
        {
            await output.WriteAsync(buffer.AsMemory(0, read));
            received += read;
        }

        await cat.WaitForExitAsync();
        Check(input, received);
    }

    private static void Check(string input, long received)
    {
        if (received != new FileInfo(input).Length) throw new InvalidOperationException($"Only {received:N0} bytes arrived.");
    }
}
