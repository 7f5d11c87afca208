using System.Net.Http.Json;
using System.Text.Json;
using DurableAgentTasks.EndToEnd.Hosting;

namespace DurableAgentTasks.EndToEnd.Agents;

/// <summary>Which agents are there, and how to get those that are not.</summary>
public sealed class InventoryTests : FakeAgentTests
{
    [Fact(Timeout = Patience)]
    public async Task An_agent_that_is_missing_is_told_with_how_to_install_it()
    {
        Settings["Agents:Profiles:codex:Command"] = "codex-that-nobody-has";
        Settings["Agents:Profiles:gemini:Command"] = PathOf("gemini");
        var host = await StartHostAsync();
        var ready = await host.Http.GetFromJsonAsync<JsonElement>("/readyz", Cancellation);
        Assert.Equal("ready", ready.GetProperty("status").GetString());
        var agents = ready.GetProperty("agents").EnumerateArray().ToDictionary(agent => agent.GetProperty("name").GetString()!);
        Assert.Equal("7.8.9", agents["claude"].GetProperty("version").GetString());
        Assert.False(agents["codex"].GetProperty("found").GetBoolean());
        Assert.Contains("npm install -g @openai/codex", agents["codex"].GetProperty("howToInstall").GetString(), StringComparison.Ordinal);

        var (exitCode, output, error) = await DatProcess.RunAsync(host.Http, PathOf(""), Cancellation, "doctor");
        Assert.True(exitCode == 1, error);
        Assert.Contains($"ok      claude 7.8.9 {PathOf("claude")}", output, StringComparison.Ordinal);
        Assert.Contains("missing codex: not installed. Run: npm install -g @openai/codex.", output, StringComparison.Ordinal);
        Assert.Contains($"missing gemini: not installed. There is no executable file {PathOf("gemini")}", output, StringComparison.Ordinal);
    }

    [Fact(Timeout = Patience)]
    public async Task A_task_of_an_agent_that_is_missing_fails_with_how_to_install_it()
    {
        Settings["Agents:Profiles:codex:Command"] = "codex-that-nobody-has";
        var host = await StartHostAsync();
        var task = TaskOf("missing", "do it");
        task["agent"] = "codex";
        await TaskApi.StartAsync(host.Http, task, Cancellation);
        var status = await TaskApi.UntilEndedAsync(host.Http, "missing", Cancellation);
        Assert.Equal("failed", TaskApi.State(status));
        Assert.Contains("npm install -g @openai/codex", status.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }
}
