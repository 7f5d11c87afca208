using System.Net.Http.Json;
using System.Text.Json;
using DurableAgentTasks.EndToEnd.Hosting;

namespace DurableAgentTasks.EndToEnd.Cli;

/// <summary>The command line against the real host.</summary>
public sealed class DatTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dat-e2e-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_folder.FullName, "data");

    private string Work => Directory.CreateDirectory(Path.Combine(_folder.FullName, "work")).FullName;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Timeout = 120_000)]
    public async Task A_task_is_started_followed_looked_at_and_deleted()
    {
        await using var host = await LocalHostProcess.StartAsync(Data, Cancellation);
        var started = await RunAsync(host, "start", "--id", "build", "-c", "echo one; pwd", "-c", "echo two", "--follow");
        Assert.Equal((0, $"one\n{Work}\ntwo\n"), (started.ExitCode, started.Output));
        Assert.EndsWith("build: completed. 2 of 2 steps were completed.\n", started.Error, StringComparison.Ordinal);

        Assert.Matches(@"build +completed +shell +100 %", (await RunAsync(host, "list")).Output);
        Assert.Matches(@"1\.2 +completed +1 +echo two", (await RunAsync(host, "show", "build")).Output);
        Assert.Contains("executing -> completing", (await RunAsync(host, "timeline", "build")).Output, StringComparison.Ordinal);
        Assert.Equal("two\n", (await RunAsync(host, "logs", "build", "--tail", "1")).Output);
        Assert.Equal("completed", JsonElement.Parse((await RunAsync(host, "show", "build", "--json")).Output).GetProperty("state").GetString());
        Assert.Equal((0, "Task build is deleted.\n", ""), await RunAsync(host, "delete", "build", "--yes"));
        var gone = await RunAsync(host, "show", "build");
        Assert.Equal((1, "", "dat: There is no such task: GET /api/tasks lists those there are.\n"), gone);
    }

    [Fact(Timeout = 120_000)]
    public async Task Ctrl_c_ends_the_following_and_not_the_task()
    {
        await using var host = await LocalHostProcess.StartAsync(Data, Cancellation);
        await using var dat = DatProcess.Start(host.Http, Work, "start", "--id", "long", "-c", "echo ready; sleep 600", "-f");
        await dat.UntilLineAsync(line => line == "ready", Cancellation);
        await dat.InterruptAsync();
        var ended = await dat.EndAsync(Cancellation);
        Assert.Equal(130, ended.ExitCode);
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
        Assert.Equal("executing", TaskApi.State(await TaskApi.StatusAsync(host.Http, "long", Cancellation)));

        Assert.Equal((0, "Task long is being cancelled.\n", ""), await RunAsync(host, "cancel", "long", "--reason", "done with it"));
        Assert.Equal("cancelled", TaskApi.State(await TaskApi.UntilEndedAsync(host.Http, "long", Cancellation)));
    }

    [Fact(Timeout = 120_000)]
    public async Task An_emergency_stop_ends_every_process()
    {
        await using var host = await LocalHostProcess.StartAsync(Data, Cancellation);
        foreach (var id in (string[])["one", "two"])
        {
            var folder = Directory.CreateDirectory(Path.Combine(Work, id)).FullName;
            await using var dat = DatProcess.Start(host.Http, folder, "start", "--id", id, "-c", "echo ready; sleep 600", "-f");
            await dat.UntilLineAsync(line => line == "ready", Cancellation);
        }

        var stopped = await RunAsync(host, "emergency-stop", "--reason", "fire", "--json");
        var answer = JsonElement.Parse(stopped.Output);
        Assert.Equal(["one", "two"], answer.GetProperty("stopped").EnumerateArray().Select(step => step.GetProperty("taskId").GetString()!).Order());
        Assert.Empty(TaggedProcesses.Of(Data));
    }

    [Fact(Timeout = 120_000)]
    public async Task The_doctor_is_content_and_the_statistics_count()
    {
        await using var host = await LocalHostProcess.StartAsync(Data, Cancellation);
        var doctor = await RunAsync(host, "doctor");
        Assert.Equal(0, doctor.ExitCode);
        Assert.Contains("ok      engine\n", doctor.Output, StringComparison.Ordinal);
        Assert.Contains("ok      shell\nok      git 2.", doctor.Output, StringComparison.Ordinal);
        await RunAsync(host, "start", "-c", "exit 3", "-f");
        var stats = await host.Http.GetFromJsonAsync<JsonElement>("/api/stats", Cancellation);
        Assert.Equal(1, stats.GetProperty("tasks").GetProperty("states").GetProperty("failed").GetInt32());
        Assert.Equal(4, stats.GetProperty("queue").GetProperty("maxConcurrentTasks").GetInt32());
        Assert.True(stats.GetProperty("host").GetProperty("diskFreeBytes").GetInt64() > 0);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_is_wrong_is_said_without_a_stack_trace()
    {
        await using var host = await LocalHostProcess.StartAsync(Data, Cancellation);
        var refused = await RunAsync(host, "start", "-c", "x", "--agent", "nobody", "--id", "No Id");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("\n  agent: ", refused.Error, StringComparison.Ordinal);
        Assert.Contains("\n  id: ", refused.Error, StringComparison.Ordinal);
        await host.KillAsync();
        var gone = await RunAsync(host, "list");
        Assert.Equal(3, gone.ExitCode);
        Assert.StartsWith("dat: No host answers at http://127.0.0.1:", gone.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", gone.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task Limits_that_cannot_be_are_refused_at_the_start()
    {
        var (exitCode, output) = await LocalHostProcess.RunToEndAsync(
            Data, Cancellation, "--Agents:MaxConcurrentTasks", "0", "--Agents:Profiles:claude:MaxConcurrentTasks", "-1");
        Assert.Equal(1, exitCode);
        Assert.Contains("Agents:MaxConcurrentTasks is 0; write 1 to", output, StringComparison.Ordinal);
        Assert.Contains("Agents:Profiles:claude:MaxConcurrentTasks is -1; write 1 to", output, StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Output, string Error)> RunAsync(LocalHostProcess host, params string[] arguments) =>
        DatProcess.RunAsync(host.Http, Work, Cancellation, arguments);
}
