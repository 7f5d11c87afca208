using System.Net;
using DurableAgentTasks.Http.Readiness;
using DurableAgentTasks.Http.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace DurableAgentTasks.Http.Tests.Endpoints;

public sealed class HealthTests : ApiTest
{
    [Fact]
    public async Task A_service_that_runs_is_alive_and_ready()
    {
        Assert.Equal("ok", (await GetJsonAsync("/healthz")).GetProperty("status").GetString());
        Assert.Equal("ready", (await GetJsonAsync("/readyz")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Without_storage_it_is_alive_but_not_ready_and_says_what_is_missing()
    {
        Host.Blobs.IsFull = true;

        await GetJsonAsync("/healthz");
        var ready = await GetJsonAsync("/readyz", HttpStatusCode.ServiceUnavailable);
        Assert.Equal("unavailable", ready.GetProperty("status").GetString());
        var storage = ready.GetProperty("checks")[0];
        Assert.Equal("storage", storage.GetProperty("name").GetString());
        Assert.DoesNotContain("secret", storage.GetProperty("missing").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_adds_its_own_checks()
    {
        await using var host = await ApiHost.StartAsync(services: services => services
            .AddSingleton(new ReadinessCheck("engine", _ => Task.FromResult<string?>("The disk is full: free some space."))));
        using var response = await host.Client.GetAsync("/readyz", Cancellation);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        var checks = (await ReadAsync(response)).GetProperty("checks").EnumerateArray().ToDictionary(check => check.GetProperty("name").GetString()!);
        Assert.True(checks["storage"].GetProperty("ready").GetBoolean());
        Assert.Equal("The disk is full: free some space.", checks["engine"].GetProperty("missing").GetString());
    }

    [Fact]
    public async Task A_missing_agent_is_shown_with_what_to_do_and_keeps_nothing_else_from_running()
    {
        await using var host = await ApiHost.StartAsync(services: services => services.AddSingleton<IAgentInventory>(new Inventory(Task.FromResult<IReadOnlyList<AgentStatus>>(
        [
            new("claude", Found: true, "/usr/bin/claude", "2.1.197", Problem: null, HowToInstall: null),
            new("codex", Found: false, Path: null, Version: null, Problem: null, "Run: npm install -g @openai/codex"),
        ]))));
        using var response = await host.Client.GetAsync("/readyz", Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var agents = (await ReadAsync(response)).GetProperty("agents").EnumerateArray().ToDictionary(agent => agent.GetProperty("name").GetString()!);
        Assert.Equal("2.1.197", agents["claude"].GetProperty("version").GetString());
        Assert.False(agents["codex"].GetProperty("found").GetBoolean());
        Assert.Equal("Run: npm install -g @openai/codex", agents["codex"].GetProperty("howToInstall").GetString());
    }

    [Fact]
    public async Task A_missing_tool_is_shown_with_what_to_do_and_keeps_nothing_else_from_running()
    {
        await using var host = await ApiHost.StartAsync(services: services => services
            .AddSingleton(new ToolCheck("git", _ => Task.FromResult(new ToolStatus("git", Found: false, Version: null, "Install git."))))
            .AddSingleton(new ToolCheck("odd", _ => throw new IOException("/secret/path"))));
        using var response = await host.Client.GetAsync("/readyz", Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var tools = (await ReadAsync(response)).GetProperty("tools").EnumerateArray().ToDictionary(tool => tool.GetProperty("name").GetString()!);
        Assert.Equal("Install git.", tools["git"].GetProperty("missing").GetString());
        Assert.Equal("odd does not answer as it should: the service's log says why.", tools["odd"].GetProperty("missing").GetString());
    }

    [Fact]
    public async Task Agents_that_cannot_be_looked_for_are_not_known()
    {
        await using var host = await ApiHost.StartAsync(services: services => services
            .AddSingleton<IAgentInventory>(new Inventory(Task.FromException<IReadOnlyList<AgentStatus>>(new IOException("/secret/path")))));
        using var response = await host.Client.GetAsync("/readyz", Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await ReadAsync(response)).GetProperty("agents").ValueKind);
    }

    private sealed class Inventory(Task<IReadOnlyList<AgentStatus>> agents) : IAgentInventory
    {
        public Task<IReadOnlyList<AgentStatus>> ListAsync(CancellationToken cancellationToken) => agents;
    }
}
