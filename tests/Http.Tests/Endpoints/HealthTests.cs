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
}
