using System.Net;
using System.Text.Json;
using DurableAgentTasks.Contracts.Time;
using DurableAgentTasks.Http.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace DurableAgentTasks.Http.Tests.Auth;

public sealed class LinkTests : ApiTest
{
    private const string Operator = "operator-operator-operator";
    private const string Admin = "admin-admin-admin-admin-admin";

    private readonly ManualTimeProvider _time = new();

    protected override IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>
    {
        ["Auth:Keys:alice.b@c:Key"] = Operator, ["Auth:Keys:alice.b@c:Role"] = "operator",
        ["Auth:Keys:root:Key"] = Admin, ["Auth:Keys:root:Role"] = "admin",
        ["Auth:LinkLifetime"] = "01:00:00",
    };

    protected override Action<IServiceCollection> Services => services => services.AddSingleton<TimeProvider>(_time);

    [Fact]
    public async Task A_link_is_good_for_one_task_and_one_verb()
    {
        var (one, other) = (await StartAsAsync(Operator, "one"), await StartAsAsync(Operator, "other"));
        var token = TokenOf(one, "statusQueryGetUri");

        Assert.Equal(202, await SendAsync("GET", "/api/durable/instances/one", token));
        Assert.Equal(202, await SendAsync("GET", Uri(other, "statusQueryGetUri"), null));
        Assert.Equal(401, await SendAsync("GET", "/api/durable/instances/other", token));
        Assert.Equal(401, await SendAsync("POST", "/api/durable/instances/one/terminate", token));
        Assert.Equal(401, await SendAsync("DELETE", "/api/durable/instances/one", token));
        Assert.Equal(401, await SendAsync("GET", "/api/durable/instances", token));
        Assert.Equal(401, await SendAsync("GET", "/api/tasks/one", token));
        Assert.DoesNotContain(Host.Log.Lines, line => line.Text.Contains(token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_link_lets_nobody_do_what_its_maker_may_not()
    {
        var (mine, admins) = (await StartAsAsync(Operator, "mine"), await StartAsAsync(Admin, "admins"));
        Assert.Equal(202, await SendAsync("POST", Uri(mine, "terminatePostUri").Replace("{text}", "x", StringComparison.Ordinal), null));
        Assert.Equal(202, await SendAsync("POST", Uri(admins, "terminatePostUri").Replace("{text}", "x", StringComparison.Ordinal), null));

        Assert.Equal(403, await SendAsync("DELETE", Uri(mine, "purgeHistoryDeleteUri"), null));
        Assert.Equal(200, await SendAsync("DELETE", Uri(admins, "purgeHistoryDeleteUri"), null));
    }

    [Fact]
    public async Task A_link_is_good_until_its_time_is_over()
    {
        var link = Uri(await StartAsAsync(Operator, "one"), "statusQueryGetUri");
        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(202, await SendAsync("GET", link, null));
        _time.Advance(TimeSpan.FromMinutes(2));

        using var response = await Client.GetAsync(link, Cancellation);
        await AssertProblemAsync(response, HttpStatusCode.Unauthorized, "link_invalid");
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("ffffffffffffffffffff.root.x")]
    [InlineData("7fffffff.root.")]
    [InlineData("7fffffff.root.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("7fffffff.nobody.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("-1.root.AAAA")]
    [InlineData("ä.ö.ü")]
    public async Task A_token_nobody_made_opens_nothing(string token)
    {
        await StartAsAsync(Operator, "one");
        Assert.Equal(401, await SendAsync("GET", "/api/durable/instances/one", token));
    }

    [Fact]
    public async Task No_letter_of_a_token_can_be_changed()
    {
        var token = TokenOf(await StartAsAsync(Operator, "one"), "statusQueryGetUri");

        // The last letter of 43 carries two bits that count for nothing, but it must be the one that was written all the same.
        for (var i = 0; i < token.Length; i++)
        {
            var changed = $"{token[..i]}{(token[i] == 'a' ? 'b' : 'a')}{token[(i + 1)..]}";
            Assert.Equal(401, await SendAsync("GET", "/api/durable/instances/one", changed));
        }
    }

    [Fact]
    public async Task A_key_may_stand_in_the_address_where_durable_functions_has_it()
    {
        await StartAsAsync(Operator, "one");

        Assert.Equal(202, await SendAsync("GET", $"/api/durable/instances/one?taskHub=x&connection=y&code={Operator}", null));
        Assert.Equal(401, await SendAsync("GET", "/api/durable/instances/one?code=another-another-another", null));
        Assert.Equal(401, await SendAsync("GET", "/api/durable/instances/one", null));
        Assert.Equal(401, await SendAsync("GET", $"/api/tasks/one?code={Operator}", null));
        Assert.Equal(403, await SendAsync("DELETE", $"/api/durable/instances?code={Operator}", null));
    }

    [Fact]
    public async Task What_is_sent_by_a_link_is_done_in_its_makers_name()
    {
        var link = Uri(await StartAsAsync(Operator, "one"), "sendEventPostUri");
        using var client = Host.NewClient();
        using var response = await client.PostAsync(link.Replace("{eventName}", "cancel", StringComparison.Ordinal), Json("{\"by\":\"root\"}"), Cancellation);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Contains("\"by\":\"alice.b@c\"", Assert.Single(Host.Engine.Events).Payload, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_start_has_the_same_links()
    {
        (string, string)[] headers = [("x-functions-key", Operator), ("Idempotency-Key", "k")];
        using var first = await PostAsync("/api/tasks", Body(), headers);
        _time.Advance(TimeSpan.FromMinutes(5));
        using var again = await PostAsync("/api/tasks", Body(), headers);

        Assert.Equal(await first.Content.ReadAsStringAsync(Cancellation), await again.Content.ReadAsStringAsync(Cancellation));
    }

    private static string Uri(JsonElement started, string name) => started.GetProperty(name).GetString()!;

    private static string TokenOf(JsonElement started, string name) =>
        System.Uri.UnescapeDataString(Uri(started, name).Split("token=")[1]);

    private async Task<JsonElement> StartAsAsync(string key, string id)
    {
        using var response = await PostAsync("/api/tasks", Body(id), ("x-functions-key", key));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return await ReadAsync(response);
    }

    private async Task<int> SendAsync(string method, string path, string? token)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), token is null ? path : $"{path}?token={System.Uri.EscapeDataString(token)}");
        using var response = await Client.SendAsync(request, Cancellation);
        return (int)response.StatusCode;
    }
}
