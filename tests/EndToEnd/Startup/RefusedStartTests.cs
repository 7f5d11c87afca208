using System.Net;
using System.Net.Sockets;
using DurableAgentTasks.EndToEnd.Hosting;

namespace DurableAgentTasks.EndToEnd.Startup;

/// <summary>What an operator can mend is told in a sentence, and the exit code is 1.</summary>
public sealed class RefusedStartTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dat-e2e-");

    private string Data => Path.Combine(_folder.FullName, "data");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory(Timeout = 120_000)]
    [InlineData("no API key is set", "--urls", "http://0.0.0.0:0")]
    [InlineData("Timeouts:Shell:Default", "--Timeouts:Shell:Default", "-00:01:00")]
    [InlineData("Timeouts:Shell:Default: \"soon\" is no duration: write it as PT5M", "--Timeouts:Shell:Default", "soon")]
    [InlineData("Timeouts:Task:Default: \"300\" is no duration: write it as PT5M", "--Timeouts:Task:Default", "300")]
    [InlineData("Timeouts:Preset: \"lax\" is not one of Standard, Guide", "--Timeouts:Preset", "lax")]
    [InlineData("Agents:MaxConcurrentTask is no setting. Did you mean Agents:MaxConcurrentTasks?", "--Agents:MaxConcurrentTask", "2")]
    [InlineData("Agents:Profiles:claude:Comand is no setting. Did you mean Agents:Profiles:claude:Command?", "--Agents:Profiles:claude:Comand", "x")]
    [InlineData("Storage:Conection is no setting. Did you mean Storage:Connection?", "--Storage:Conection", "file")]
    [InlineData("Retention:Nonsense is no setting. Those there are: EndedTasks, FailedTasks.", "--Retention:Nonsense", "P30D")]
    [InlineData("Auth:Keys:me:Key", "--Auth:Keys:me:Key", "short", "--Auth:Keys:me:Role", "admin")]
    [InlineData("Storage", "--Storage:Connection", "nonsense")]
    [InlineData("nonsense", "--urls", "nonsense")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "--OTEL_EXPORTER_OTLP_ENDPOINT", "nonsense")]
    [InlineData("/proc/", "--data", "/proc/nothing")]
    public async Task A_bad_configuration_is_told_in_a_sentence(string told, params string[] arguments)
    {
        var (exitCode, output) = await LocalHostProcess.RunToEndAsync(Data, TestContext.Current.CancellationToken, arguments);
        AssertRefused(told, exitCode, output);
    }

    [Fact(Timeout = 120_000)]
    public async Task All_that_is_wrong_with_the_settings_is_told_at_once()
    {
        var (exitCode, output) = await LocalHostProcess.RunToEndAsync(
            Data, TestContext.Current.CancellationToken, "--Timeouts:Shell:Default", "5m", "--Timeouts:Task:Max", "300s", "--Agents:MaxConcurrentTasks", "many",
            "--Checkpoints:MaxListedFiles", "-1", "--Auth:LinkLifetime", "week");
        foreach (var told in (string[])["Timeouts:Shell:Default", "Timeouts:Task:Max", "Agents:MaxConcurrentTasks: \"many\" is no whole number", "Checkpoints:MaxListedFiles", "Auth:LinkLifetime"])
        {
            AssertRefused(told, exitCode, output);
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task Durations_are_taken_as_the_api_writes_them()
    {
        var settings = new Dictionary<string, string> { ["Timeouts:Shell:Default"] = "PT5M", ["Retention:EndedTasks"] = "P30D", ["Checkpoints:Interval"] = "", ["Auth:LinkLifetime"] = "7.00:00:00" };
        await using var host = await LocalHostProcess.StartAsync(Data, TestContext.Current.CancellationToken, settings);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("--url is no option of this host. Did you mean --urls?", "--url", "http://127.0.0.1:7072")]
    [InlineData("--Agent:MaxConcurrentTasks is no option of this host. Did you mean --Agents:MaxConcurrentTasks?", "--Agent:MaxConcurrentTasks=1")]
    [InlineData("-v is no option of this host.", "-v")]
    [InlineData("\"reapir\" is no command, and no option takes it as its value. Did you mean repair?", "reapir", "--data", "/proc/nothing")]
    [InlineData("--data has no value", "--data")]
    [InlineData("--data has no value", "--data", "--urls", "http://127.0.0.1:7072")]
    [InlineData("repair does not take --date /proc/nothing", "repair", "--date", "/proc/nothing")]
    public async Task A_wrong_command_line_starts_nothing_and_says_what_was_meant(string told, params string[] arguments)
    {
        var (exitCode, output) = await LocalHostProcess.RunAsync(TestContext.Current.CancellationToken, arguments);
        Assert.Equal(2, exitCode);
        Assert.Contains(told, output, StringComparison.Ordinal);
        Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    [Theory(Timeout = 120_000)]
    [InlineData("--help")]
    [InlineData("repair", "--help")]
    public async Task Help_is_printed_and_starts_nothing(params string[] arguments)
    {
        var (exitCode, output) = await LocalHostProcess.RunAsync(TestContext.Current.CancellationToken, arguments);
        Assert.Equal(0, exitCode);
        Assert.Contains("--urls URL", output, StringComparison.Ordinal);
        Assert.Contains("repair [--data DIR]", output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task An_address_in_use_is_told_in_a_sentence()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var address = $"http://{other.LocalEndpoint}";
        var (exitCode, output) = await LocalHostProcess.RunToEndAsync(Data, TestContext.Current.CancellationToken, "--urls", address);
        AssertRefused(address, exitCode, output);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_second_host_on_a_data_folder_is_refused_and_does_the_first_no_harm()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var host = await LocalHostProcess.StartAsync(Data, cancellation);
        await TaskApi.StartAsync(host.Http, ShellTask.Of("first", _folder.FullName, "touch began; while [ ! -e go ]; do sleep 0.02; done"), cancellation);
        await TaskApi.UntilAsync(host.Http, "first", _ => File.Exists(Path.Combine(_folder.FullName, "began")), cancellation);

        var (exitCode, output) = await LocalHostProcess.RunToEndAsync(Data, cancellation);
        AssertRefused($"is in use by pid {host.Pid}", exitCode, output);

        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "go"), "", cancellation);
        var status = await TaskApi.UntilEndedAsync(host.Http, "first", cancellation);
        Assert.Equal("completed", TaskApi.State(status));
        Assert.Equal(1, status.GetProperty("plan").GetProperty("phases")[0].GetProperty("steps")[0].GetProperty("attempts").GetInt32());
        Assert.DoesNotContain(await TaskApi.LogAsync(host.Http, "first", cancellation), line => line.Stream == "system");
    }

    private static void AssertRefused(string told, int exitCode, string output)
    {
        Assert.True(exitCode == 1, $"It exited with {exitCode}:\n{output}");
        Assert.Contains(told, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", output, StringComparison.Ordinal);
    }
}
