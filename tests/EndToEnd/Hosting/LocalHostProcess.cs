using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text;

namespace DurableAgentTasks.EndToEnd.Hosting;

/// <summary>The real local host in a process of its own, on a free loopback port.</summary>
internal sealed class LocalHostProcess : IAsyncDisposable
{
    private static readonly Dictionary<string, string> NoSettings = [];
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private LocalHostProcess(int port, string[] arguments, IReadOnlyDictionary<string, string> settings)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add(HostAssembly);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in settings) start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var key = settings.FirstOrDefault(setting => setting.Key.StartsWith("Auth:Keys:", StringComparison.Ordinal) && setting.Key.EndsWith(":Key", StringComparison.Ordinal));
        if (key.Value is not null) Http.DefaultRequestHeaders.Authorization = new("Bearer", key.Value);
    }

    /// <summary>With the first of the keys that are set, if there are any.</summary>
    public HttpClient Http { get; }

    public int Pid => _process.Id;

    /// <summary>What it printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    private static string HostAssembly =>
        typeof(LocalHostProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "LocalHost").Value!;

    /// <summary>Starts the host and waits until it is ready.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <param name="settings">Its configuration, by the environment: names as <c>Agents:MaxConcurrentTasks</c>.</param>
    /// <param name="port">Where it listens; a free one if none is given.</param>
    public static async Task<LocalHostProcess> StartAsync(
        string data, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? settings = null, int? port = null)
    {
        var host = StartOn(data, [], settings ?? NoSettings, port);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartLimit);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await host.IsReadyAsync(limit.Token))
        {
            if (host._process.HasExited) throw new InvalidOperationException($"The host ended with {host._process.ExitCode}:\n{host.Output}");
            await tick.WaitForNextTickAsync(limit.Token);
        }

        return host;
    }

    /// <summary>Starts the host where it is expected to give up, and waits for that.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <param name="arguments">What else is on its command line; of what is there twice the last counts.</param>
    public static async Task<(int ExitCode, string Output)> RunToEndAsync(
        string data, CancellationToken cancellationToken, params string[] arguments)
    {
        await using var host = StartOn(data, arguments, NoSettings);
        await host._process.WaitForExitAsync(cancellationToken);
        return (host._process.ExitCode, host.Output);
    }

    /// <summary>Runs the program where it is expected to end by itself, with these arguments and no others.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        await using var host = Start(FreePort(), arguments, NoSettings);
        await host._process.WaitForExitAsync(cancellationToken);
        return (host._process.ExitCode, host.Output);
    }

    /// <summary>Ends the host as <c>kill -9</c> does: it learns nothing of it.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks the host to stop, as a service manager does.</summary>
    public async Task<int> StopAsync(CancellationToken cancellationToken)
    {
        using var kill = Process.Start("kill", ["-TERM", Pid.ToString()]);
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }

    private static LocalHostProcess StartOn(string data, string[] arguments, IReadOnlyDictionary<string, string> settings, int? port = null)
    {
        var free = port ?? FreePort();
        return Start(free, ["--urls", $"http://127.0.0.1:{free}", "--data", data, .. arguments], settings);
    }

    private static LocalHostProcess Start(int port, string[] arguments, IReadOnlyDictionary<string, string> settings)
    {
        var host = new LocalHostProcess(port, arguments, settings);
        host._process.Start();
        host._process.BeginOutputReadLine();
        host._process.BeginErrorReadLine();
        return host;
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await Http.GetAsync("/readyz", cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output) _output.AppendLine(line.Data);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
