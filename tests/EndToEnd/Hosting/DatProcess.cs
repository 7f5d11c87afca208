using System.Diagnostics;
using System.Reflection;
using System.Text;

namespace DurableAgentTasks.EndToEnd.Hosting;

/// <summary>The real <c>dat</c> in a process of its own.</summary>
internal sealed class DatProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _error;
    private readonly StringBuilder _output = new();

    private DatProcess(Uri host, string folder, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Assembly, .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false, WorkingDirectory = folder,
        };
        start.Environment["DAT_URL"] = host.ToString();
        _process = Process.Start(start)!;
        _process.StandardInput.Close();
        _error = _process.StandardError.ReadToEndAsync();
    }

    private static string Assembly =>
        typeof(DatProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "Cli").Value!;

    public static DatProcess Start(HttpClient host, string folder, params string[] arguments) => new(host.BaseAddress!, folder, arguments);

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        HttpClient host, string folder, CancellationToken cancellationToken, params string[] arguments)
    {
        await using var dat = Start(host, folder, arguments);
        return await dat.EndAsync(cancellationToken);
    }

    /// <summary>Reads its output up to a line, and gives that.</summary>
    public async Task<string> UntilLineAsync(Func<string, bool> wanted, CancellationToken cancellationToken)
    {
        while (await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            _output.Append(line).Append('\n');
            if (wanted(line)) return line;
        }

        throw new EndOfStreamException($"dat ended before it printed what was wanted:\n{_output}\n{await _error}");
    }

    /// <summary>Ctrl+C.</summary>
    public async Task InterruptAsync()
    {
        using var kill = Process.Start("kill", ["-INT", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    public async Task<(int ExitCode, string Output, string Error)> EndAsync(CancellationToken cancellationToken)
    {
        _output.Append(await _process.StandardOutput.ReadToEndAsync(cancellationToken));
        await _process.WaitForExitAsync(cancellationToken);
        return (_process.ExitCode, _output.ToString(), await _error);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
