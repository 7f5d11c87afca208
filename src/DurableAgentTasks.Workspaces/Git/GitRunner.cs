using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace DurableAgentTasks.Workspaces.Git;

/// <summary>
/// Runs git as a child process. Arguments never pass a shell; whatever is not an option stands behind <c>--</c> or
/// <c>--end-of-options</c>, or goes in over stdin. A cancelled command is ended with its children.
/// </summary>
/// <param name="executable">git, by path or name.</param>
/// <param name="folder">Where it runs.</param>
/// <param name="environment">All it sees, see <see cref="GitEnvironment"/>.</param>
internal sealed partial class GitRunner(string executable, string folder, IReadOnlyDictionary<string, string> environment)
{
    private const int ErrorLimit = 64 * 1024;
    private const int Terminate = 15;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Standard output in memory: for lists, not for contents.</summary>
    /// <exception cref="GitException">It failed.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken, ReadOnlyMemory<byte> input = default)
    {
        var (exit, output) = await TryReadAsync(arguments, cancellationToken, input);
        exit.ThrowIfFailed();
        return output;
    }

    /// <summary>Standard output as one line of text.</summary>
    /// <exception cref="GitException">It failed.</exception>
    public async Task<string> ReadLineAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken, ReadOnlyMemory<byte> input = default) =>
        Encoding.UTF8.GetString((await ReadAsync(arguments, cancellationToken, input)).Span).TrimEnd('\n');

    /// <summary>One line of text; <see langword="null"/> if git fails or says nothing.</summary>
    public async Task<string?> TryReadLineAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var (exit, output) = await TryReadAsync(arguments, cancellationToken);
        var line = Encoding.UTF8.GetString(output.Span).TrimEnd('\n');
        return exit.Succeeded && line.Length > 0 ? line : null;
    }

    public Task<(GitExit Exit, ReadOnlyMemory<byte> Output)> TryReadAsync(
        IReadOnlyList<string> arguments, CancellationToken cancellationToken, ReadOnlyMemory<byte> input = default) =>
        TryReadAsync(arguments, Task.FromResult(input), cancellationToken);

    /// <param name="arguments">The command, which is started now.</param>
    /// <param name="input">What it is given once that is known.</param>
    /// <param name="cancellationToken">Kills it.</param>
    public async Task<(GitExit Exit, ReadOnlyMemory<byte> Output)> TryReadAsync(
        IReadOnlyList<string> arguments, Task<ReadOnlyMemory<byte>> input, CancellationToken cancellationToken)
    {
        var output = new MemoryStream();
        var exit = await RunAsync(
            arguments,
            async (stdin, token) => await stdin.WriteAsync(await input.WaitAsync(token), token),
            (stdout, token) => stdout.CopyToAsync(output, token),
            cancellationToken);
        return (exit, output.GetBuffer().AsMemory(0, (int)output.Length));
    }

    /// <summary>Runs a command; its input is written and its output read at the same time.</summary>
    /// <param name="arguments">The command and what it is given.</param>
    /// <param name="write">Writes its standard input, which is closed after.</param>
    /// <param name="read">Reads its standard output to the end.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <exception cref="GitException">It could not be started.</exception>
    public async Task<GitExit> RunAsync(
        IReadOnlyList<string> arguments, Func<Stream, CancellationToken, Task> write, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var process = Start(arguments);
        try
        {
            var error = ReadEndAsync(process.StandardError.BaseStream, cancellationToken);
            var writing = WriteAsync(process.StandardInput.BaseStream, write, cancellationToken);
            await read(process.StandardOutput.BaseStream, cancellationToken);
            await writing;
            var message = await error;
            await process.WaitForExitAsync(cancellationToken);
            return new GitExit(string.Join(' ', arguments), process.ExitCode, message);
        }
        finally
        {
            // Cancelled, or a reader that failed: it must not go on behind our back.
            if (!process.HasExited) await EndAsync(process);
        }
    }

    private Process Start(IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(executable, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment) start.Environment[name] = value;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new GitException($"git could not be started ({executable} in {folder}): {e.Message}", e);
        }
    }

    /// <summary>A command that fails early does not read its input; its exit code tells why.</summary>
    private static async Task WriteAsync(Stream stdin, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        try
        {
            await using (stdin) await write(stdin, cancellationToken);
        }
        catch (IOException)
        {
        }
    }

    private static async Task<string> ReadEndAsync(Stream stderr, CancellationToken cancellationToken)
    {
        var end = new byte[2 * ErrorLimit];
        var length = 0;
        int read;
        while ((read = await stderr.ReadAsync(end.AsMemory(length), cancellationToken)) > 0)
        {
            length += read;
            if (length <= ErrorLimit) continue;
            end.AsSpan(length - ErrorLimit, ErrorLimit).CopyTo(end);
            length = ErrorLimit;
        }

        return Encoding.Latin1.GetString(end, 0, length);
    }

    private static async Task EndAsync(Process process)
    {
        // Asked to, git removes its locks: those of the user's repository would hinder the user's git for ever.
        var ended = process.WaitForExitAsync(CancellationToken.None);
        if (!OperatingSystem.IsWindows() && kill(process.Id, Terminate) == 0) await ended.WaitAsync(Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await ended;
    }

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int kill(int process, int signal);
}
