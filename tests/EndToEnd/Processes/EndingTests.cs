using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using DurableAgentTasks.EndToEnd.Hosting;

namespace DurableAgentTasks.EndToEnd.Processes;

/// <summary>However a task or its host ends, no process of the task is left.</summary>
public sealed class EndingTests : IDisposable
{
    // A child, and a grandchild that has left group, session and parent.
    private const string Tree = "(setsid sleep 3600 &) ; sleep 3600 & touch began; wait";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dat-e2e-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_folder.FullName, "data");

    private bool HasBegun => File.Exists(Path.Combine(_folder.FullName, "began"));

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Timeout = 120_000)]
    public async Task A_cancel_ends_the_whole_tree_and_the_result_says_how_many_and_how_long()
    {
        await using var host = await StartAsync(Tree);
        Assert.NotEmpty(TaggedProcesses.Of(Data));
        using var answer = await host.Http.PostAsJsonAsync("/api/tasks/tree/cancel", new { reason = "enough" }, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var status = await TaskApi.UntilEndedAsync(host.Http, "tree", Cancellation);
        Assert.Empty(TaggedProcesses.Of(Data));
        Assert.Equal("cancelled", TaskApi.State(status));
        Assert.Matches(
            @"^Cancelled after 0 of 1 steps were completed\. The task was cancelled; [3-5] processes ended in \d+\.\d s \(.*sleep \d+.*\)\.$",
            status.GetProperty("result").GetProperty("summary").GetString());
    }

    [Fact(Timeout = 120_000)]
    public async Task A_termination_past_the_orchestration_ends_the_whole_tree_and_stands_in_the_timeline()
    {
        await using var host = await StartAsync(Tree);
        using var answer = await host.Http.PostAsync("/runtime/webhooks/durabletask/instances/tree/terminate?reason=enough", null, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(25));
        while ((await TaskApi.TimelineAsync(host.Http, "tree", Cancellation))[^1] is var last && last.GetProperty("trigger").GetString() != "terminated")
        {
            await tick.WaitForNextTickAsync(Cancellation);
        }

        Assert.Empty(TaggedProcesses.Of(Data));
        Assert.Equal("cancelled", TaskApi.State(await TaskApi.StatusAsync(host.Http, "tree", Cancellation)));
        await TaskApi.StartAsync(host.Http, ShellTask.Of("next", _folder.FullName, "true"), Cancellation);
        Assert.Equal("completed", TaskApi.State(await TaskApi.UntilEndedAsync(host.Http, "next", Cancellation)));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_delete_of_a_running_task_ends_its_processes_and_leaves_nothing()
    {
        await using var host = await StartAsync(Tree);
        using var answer = await host.Http.DeleteAsync("/api/tasks/tree", Cancellation);
        Assert.True(answer.IsSuccessStatusCode, answer.StatusCode.ToString());
        Assert.Empty(TaggedProcesses.Of(Data));
        using var gone = await host.Http.GetAsync("/api/tasks/tree", Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.DoesNotContain(
            Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories), file => file.Contains("tree", StringComparison.Ordinal));
        await TaskApi.StartAsync(host.Http, ShellTask.Of("tree", _folder.FullName, "true"), Cancellation);
        Assert.Equal("completed", TaskApi.State(await TaskApi.UntilEndedAsync(host.Http, "tree", Cancellation)));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_host_that_is_asked_to_stop_ends_its_steps_and_its_next_life_continues()
    {
        await using (var host = await StartAsync($"echo ran >> notes; [ -e again ] || {{ {Tree}; }}"))
        {
            var took = Stopwatch.StartNew();
            Assert.Equal(0, await host.StopAsync(Cancellation));
            Assert.True(took.Elapsed < TimeSpan.FromSeconds(10), $"It took {took.Elapsed}.");
            Assert.False(host.Output.Contains("   at ", StringComparison.Ordinal), host.Output);
        }

        Assert.Empty(TaggedProcesses.Of(Data));
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "again"), "", Cancellation);
        await using var next = await LocalHostProcess.StartAsync(Data, Cancellation);
        var status = await TaskApi.UntilEndedAsync(next.Http, "tree", Cancellation);
        Assert.True(TaskApi.State(status) == "completed", $"{status}\n{next.Output}");
        Assert.Equal(2, (await File.ReadAllLinesAsync(Path.Combine(_folder.FullName, "notes"), Cancellation)).Length);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_a_killed_host_left_running_is_adopted_by_its_next_life_and_ends_with_it()
    {
        const string command = "echo ran >> notes; (setsid sleep 3600 &) ; touch began; while [ ! -e again ]; do sleep 0.05; done; echo done";
        await using (var host = await StartAsync(command)) await host.KillAsync();
        Assert.NotEmpty(TaggedProcesses.Of(Data));
        await using var next = await LocalHostProcess.StartAsync(Data, Cancellation);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "again"), "", Cancellation);
        Assert.Equal("completed", TaskApi.State(await TaskApi.UntilEndedAsync(next.Http, "tree", Cancellation)));
        Assert.Single(await File.ReadAllLinesAsync(Path.Combine(_folder.FullName, "notes"), Cancellation));
        Assert.Contains(await TaskApi.LogAsync(next.Http, "tree", Cancellation), line => line.Text == "done");
        Assert.Empty(TaggedProcesses.Of(Data));
    }

    [Fact(Timeout = 120_000)]
    public async Task What_a_killed_host_left_running_can_be_cancelled_in_its_next_life()
    {
        await using (var host = await StartAsync(Tree)) await host.KillAsync();
        await using var next = await LocalHostProcess.StartAsync(Data, Cancellation);
        using var answer = await next.Http.PostAsJsonAsync("/api/tasks/tree/cancel", new { }, Cancellation);
        Assert.Equal("cancelled", TaskApi.State(await TaskApi.UntilEndedAsync(next.Http, "tree", Cancellation)));
        Assert.Empty(TaggedProcesses.Of(Data));
    }

    [Fact(Timeout = 120_000)]
    public async Task What_a_killed_host_was_about_to_end_is_ended_by_its_next_life()
    {
        // It heeds no polite signal, so the host dies before it has ended it.
        await using (var host = await StartAsync($"trap '' INT TERM; {Tree}"))
        {
            using var answer = await host.Http.PostAsync("/api/durable/instances/tree/terminate", null, Cancellation);
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
            await host.KillAsync();
        }

        Assert.NotEmpty(TaggedProcesses.Of(Data));
        await using var next = await LocalHostProcess.StartAsync(Data, Cancellation);
        Assert.Empty(TaggedProcesses.Of(Data));
        Assert.Equal("terminated", (await TaskApi.TimelineAsync(next.Http, "tree", Cancellation))[^1].GetProperty("trigger").GetString());
    }

    private async Task<LocalHostProcess> StartAsync(string command)
    {
        var host = await LocalHostProcess.StartAsync(Data, Cancellation);
        await TaskApi.StartAsync(host.Http, ShellTask.Of("tree", _folder.FullName, command), Cancellation);
        await TaskApi.UntilAsync(host.Http, "tree", _ => HasBegun, Cancellation);
        return host;
    }
}
