using System.Net;
using DurableAgentTasks.Http.Tests.Hosting;

namespace DurableAgentTasks.Http.Tests.Auth;

public sealed class AccessTests : ApiTest
{
    private const string Reader = "reader-reader-reader-reader";
    private const string Operator = "operator-operator-operator";
    private const string Admin = "admin-admin-admin-admin-admin";

    protected override IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>
    {
        ["Auth:Keys:dashboard:Key"] = Reader, ["Auth:Keys:dashboard:Role"] = "reader",
        ["Auth:Keys:alice:Key"] = Operator, ["Auth:Keys:alice:Role"] = "operator",
        ["Auth:Keys:root:Key"] = Admin, ["Auth:Keys:root:Role"] = "admin",
    };

    [Theory]
    [InlineData("GET", "/healthz", null, 200)]
    [InlineData("GET", "/readyz", null, 401)]
    [InlineData("GET", "/openapi.json", null, 401)]
    [InlineData("GET", "/api/tasks", null, 401)]
    [InlineData("GET", "/api/tasks", Reader, 200)]
    [InlineData("HEAD", "/api/tasks", null, 401)]
    [InlineData("GET", "/api/tasks/none", Reader, 404)]
    [InlineData("POST", "/api/tasks", null, 401)]
    [InlineData("POST", "/api/tasks", Reader, 403)]
    [InlineData("POST", "/api/tasks", Operator, 415)]
    [InlineData("POST", "/api/tasks/none/pause", Reader, 403)]
    [InlineData("POST", "/api/tasks/none/resume", Operator, 404)]
    [InlineData("POST", "/api/tasks/none/cancel", Reader, 403)]
    [InlineData("POST", "/api/tasks/none/cancel", Operator, 404)]
    [InlineData("GET", "/api/stats", null, 401)]
    [InlineData("GET", "/api/stats", Reader, 200)]
    [InlineData("GET", "/api/tasks/none/alive", Reader, 404)]
    [InlineData("POST", "/api/emergency-stop", Reader, 403)]
    [InlineData("POST", "/api/emergency-stop", Operator, 200)]
    [InlineData("DELETE", "/api/tasks/none", Operator, 403)]
    [InlineData("DELETE", "/api/tasks/none", Admin, 404)]
    [InlineData("DELETE", "/api/agents/a/tasks", Operator, 403)]
    [InlineData("DELETE", "/api/agents/a/tasks", Admin, 200)]
    [InlineData("GET", "/api/durable/instances", null, 401)]
    [InlineData("GET", "/api/durable/instances", Reader, 200)]
    [InlineData("GET", "/api/durable/instances/none", Reader, 404)]
    [InlineData("POST", "/api/durable/orchestrators/RunTask", Reader, 403)]
    [InlineData("POST", "/api/durable/instances/none/raiseEvent/x", Reader, 403)]
    [InlineData("POST", "/api/durable/instances/none/terminate", Reader, 403)]
    [InlineData("POST", "/api/durable/instances/none/terminate", Operator, 404)]
    [InlineData("POST", "/api/durable/instances/none/suspend", Reader, 403)]
    [InlineData("POST", "/api/durable/instances/none/resume", Reader, 403)]
    [InlineData("POST", "/api/durable/instances/none/restart", Reader, 403)]
    [InlineData("DELETE", "/api/durable/instances/none", Operator, 403)]
    [InlineData("DELETE", "/api/durable/instances", Operator, 403)]
    [InlineData("GET", "/api/durable/nothing", null, 401)]
    [InlineData("GET", "/api/tasks", "another-another-another-x", 401)]
    [InlineData("GET", "/api/tasks", "", 401)]
    public async Task Each_role_may_do_what_it_is_for(string method, string path, string? key, int expected)
    {
        foreach (var header in new[] { "Authorization", "x-functions-key" })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            if (key is not null) request.Headers.TryAddWithoutValidation(header, header == "Authorization" ? $"Bearer {key}" : key);
            using var response = await Client.SendAsync(request, Cancellation);

            Assert.Equal(expected, (int)response.StatusCode);
            if (expected == 401) Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
            if (expected is 401 or 403 && method != "HEAD")
            {
                await AssertProblemAsync(response, (HttpStatusCode)expected, expected == 403 ? "role_missing" : string.IsNullOrEmpty(key) ? "key_missing" : "unknown_key");
            }
        }
    }

    [Fact]
    public async Task The_name_of_the_key_stands_for_who_did_it()
    {
        using var client = Host.NewClient(("x-functions-key", Operator));
        (await client.PostAsync("/api/tasks", Json(Body("t")), Cancellation)).Dispose();
        (await client.PostAsync("/api/tasks/t/cancel", null, Cancellation)).Dispose();

        Assert.Contains("\"by\":\"alice\"", Assert.Single(Host.Engine.Events).Payload, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_keys_any_host_name_and_origin_will_do()
    {
        using var client = Host.NewClient(("x-functions-key", Reader), ("Host", "tasks.example.com"), ("Origin", "https://dashboard.example.com"));
        using var response = await client.GetAsync("/api/tasks", Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task No_key_is_ever_logged()
    {
        using var client = Host.NewClient(("Authorization", $"Bearer {Operator}"));
        (await client.GetAsync($"/api/tasks?code={Admin}&top=x", Cancellation)).Dispose();
        (await client.PostAsync($"/api/tasks?code={Admin}", Json(Body(extra: "\"environment\": { \"TOKEN\": \"hunter2-hunter2\" },")), Cancellation)).Dispose();
        (await client.PostAsync("/api/tasks", Json("{\"agent\": \"hunter2-hunter2\", broken"), Cancellation)).Dispose();

        Assert.Contains(Host.Log.Lines, line => line.Text.Contains("GET /api/tasks 400", StringComparison.Ordinal) && line.Text.Contains("by alice", StringComparison.Ordinal));
        Assert.DoesNotContain(Host.Log.Lines, line => line.Text.Contains(Operator, StringComparison.Ordinal));
        Assert.DoesNotContain(Host.Log.Lines, line => line.Text.Contains(Admin, StringComparison.Ordinal));
        Assert.DoesNotContain(Host.Log.Lines, line => line.Text.Contains("hunter2", StringComparison.Ordinal));
    }
}
