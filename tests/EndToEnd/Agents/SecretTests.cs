using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using DurableAgentTasks.Contracts.Http;
using DurableAgentTasks.EndToEnd.Hosting;

namespace DurableAgentTasks.EndToEnd.Agents;

/// <summary>The value of a secret is in the environment of the process it is for, and nowhere else.</summary>
public sealed class SecretTests : FakeAgentTests
{
    private const string Secret = "sesame-0pen-9f2c41d7";

    // Whole, in two writes, on standard error, in what a tool prints and in the last words.
    private const string Leak =
        """
        s=aaaaaaaa-2222-4333-8444-555555555555
        while [ $# -gt 0 ]; do case "$1" in --session-id|--resume) s=$2 ;; esac; shift; done
        say() { printf '%s\n' "$1"; }
        half=$(printf %s "$TOKEN" | cut -c1-9); rest=$(printf %s "$TOKEN" | cut -c10-)
        say '{"type":"system","subtype":"init","session_id":"'$s'","model":"m"}'
        say '{"type":"assistant","session_id":"'$s'","message":{"content":[{"type":"text","text":"It is '$TOKEN'"}]}}'
        printf '{"type":"assistant","session_id":"%s","message":{"content":[{"type":"text","text":"Again %s' "$s" "$half"
        sleep 0.3
        say "$rest\"}]}}"
        echo "on standard error $TOKEN" >&2
        printf "split on standard error $half" >&2; sleep 0.3; echo "$rest" >&2
        touch "$LEAKED"
        while [ ! -e "$GO" ]; do sleep 0.05; done
        """;

    [Fact(Timeout = Patience)]
    public async Task A_secret_that_an_agent_prints_is_nowhere_to_be_read()
    {
        AddLeak("""say '{"type":"result","subtype":"success","is_error":false,"session_id":"'$s'","result":"The token is '$TOKEN'"}' """);
        var host = await StartHostAsync();
        await RunAsync(host, "agent");
        Assert.Equal("completed", TaskApi.State(await TaskApi.UntilEndedAsync(host.Http, "leak", Cancellation)));
        await AssertNowhereAsync(host);
        Assert.Contains("The token is", (await TaskApi.StatusAsync(host.Http, "leak", Cancellation)).ToString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = Patience)]
    public async Task A_secret_in_why_an_agent_failed_is_nowhere_to_be_read()
    {
        AddLeak("""say '{"type":"result","subtype":"success","is_error":true,"api_error_status":401,"session_id":"'$s'","result":"API Error: 401 for '$TOKEN'"}'; exit 1""");
        var host = await StartHostAsync();
        await RunAsync(host, "agent");
        Assert.Equal("failed", TaskApi.State(await TaskApi.UntilEndedAsync(host.Http, "leak", Cancellation)));
        await AssertNowhereAsync(host);
        Assert.Contains("API Error: 401 for", (await TaskApi.StatusAsync(host.Http, "leak", Cancellation)).ToString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = Patience)]
    public async Task A_secret_is_masked_in_what_is_adopted_of_a_killed_host()
    {
        AddLeak("""say '{"type":"result","subtype":"success","is_error":false,"session_id":"'$s'","result":"The token is '$TOKEN'"}' """);
        var host = await StartHostAsync();
        var task = Request("agent");
        await TaskApi.StartAsync(host.Http, task, Cancellation);
        await TaskApi.UntilAsync(host.Http, "leak", _ => File.Exists(PathOf("leaked")), Cancellation);
        await host.KillAsync();
        await GoAsync();
        host = await StartHostAsync();
        Assert.Equal("completed", TaskApi.State(await TaskApi.UntilEndedAsync(host.Http, "leak", Cancellation)));
        await AssertNowhereAsync(host);
    }

    [Fact(Timeout = Patience)]
    public async Task A_task_that_does_not_name_a_secret_does_not_get_it()
    {
        Settings["Secrets:TOKEN"] = Secret;
        var host = await StartHostAsync();
        await TaskApi.StartAsync(host.Http, ShellTask.Of("leak", PathOf(""), "env"), Cancellation);
        Assert.Equal("completed", TaskApi.State(await TaskApi.UntilEndedAsync(host.Http, "leak", Cancellation)));
        Assert.Contains(await TaskApi.LogAsync(host.Http, "leak", Cancellation), line => line.Text == "DAT_TASK=leak");
        await AssertNowhereAsync(host);
    }

    private void AddLeak(string end)
    {
        AddAgent("claude", $"{Leak}\n{end}");
        Settings["Agents:Profiles:claude:Environment:GO"] = Go;
        Settings["Agents:Profiles:claude:Environment:LEAKED"] = PathOf("leaked");
        Settings["Secrets:TOKEN"] = Secret;
    }

    private JsonObject Request(string prompt)
    {
        var task = TaskOf("leak", prompt);
        task["secrets"] = new JsonArray("TOKEN");
        return task;
    }

    /// <summary>Starts the task, looks for the secret while it runs, and lets it go on.</summary>
    private async Task RunAsync(LocalHostProcess host, string prompt)
    {
        await TaskApi.StartAsync(host.Http, Request(prompt), Cancellation);
        await TaskApi.UntilAsync(host.Http, "leak", _ => File.Exists(PathOf("leaked")), Cancellation);
        using (var events = await EventReader.OpenAsync(host.Http, "/api/tasks/leak/events", lastEventId: 0, Cancellation))
        {
            for (var lines = 0; lines < 4;)
            {
                var next = await events.ReadAsync(Cancellation) ?? throw new EndOfStreamException(host.Output);
                AssertNoSecret("an event", next.Data);
                if (next.Type == "log" && next.Text("text")!.Contains("***", StringComparison.Ordinal)) lines++;
            }
        }

        await AssertNoSecretInFilesAsync(without: "runs");
        await GoAsync();
    }

    private async Task AssertNowhereAsync(LocalHostProcess host)
    {
        foreach (var path in (string[])["", "/timeline", "/logs", "/logs/raw", "/alive", "/events"])
            AssertNoSecret(path, await host.Http.GetStringAsync($"/api/tasks/leak{path}", Cancellation));
        foreach (var format in (string[])["text/plain", "application/x-ndjson"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/tasks/leak/logs");
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(format));
            using var answer = await host.Http.SendAsync(request, Cancellation);
            AssertNoSecret(format, await answer.Content.ReadAsStringAsync(Cancellation));
        }

        AssertNoSecret("/api/tasks", await host.Http.GetStringAsync("/api/tasks", Cancellation));
        AssertNoSecret("the host's own log", host.Output);
        await AssertNoSecretInFilesAsync();
    }

    /// <summary>By a program that cares for no locks.</summary>
    private async Task AssertNoSecretInFilesAsync(params string[] without)
    {
        using var grep = Process.Start(new ProcessStartInfo(
            "grep", ["-rlaF", .. without.Select(folder => $"--exclude-dir={folder}"), Secret, Data])
        { RedirectStandardOutput = true, UseShellExecute = false })!;
        Assert.Equal("", await grep.StandardOutput.ReadToEndAsync(Cancellation));
        await grep.WaitForExitAsync(Cancellation);
        Assert.Equal(1, grep.ExitCode);
    }

    private static void AssertNoSecret(string where, string text) => Assert.False(text.Contains(Secret, StringComparison.Ordinal), $"It is in {where}: {text}");
}
