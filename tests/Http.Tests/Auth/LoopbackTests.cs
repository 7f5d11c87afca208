using System.Net;
using DurableAgentTasks.Http.Tests.Hosting;

namespace DurableAgentTasks.Http.Tests.Auth;

public sealed class LoopbackTests : ApiTest
{
    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST:7071", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.1.2.3:80", true)]
    [InlineData("[::1]:7071", true)]
    [InlineData("evil.example.com", false)]
    [InlineData("localhost.evil.example.com", false)]
    [InlineData("127.0.0.1.evil.example.com", false)]
    [InlineData("192.168.1.5", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("2130706433", false)]
    public async Task Only_loopback_names_are_answered(string name, bool allowed)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/tasks");
        request.Headers.Host = name;
        using var response = await Client.SendAsync(request, Cancellation);

        if (allowed) Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        else await AssertProblemAsync(response, HttpStatusCode.MisdirectedRequest, "foreign_host");
    }

    [Theory]
    [InlineData("https://evil.example.com")]
    [InlineData("null")]
    [InlineData("http://localhost:1")]
    [InlineData("http://127.0.0.1")]
    [InlineData("")]
    public async Task Other_pages_are_kept_out(string origin)
    {
        using var response = await PostAsync("/api/tasks", Body(), ("Origin", origin));

        await AssertProblemAsync(response, HttpStatusCode.Forbidden, "foreign_origin");
        Assert.Equal(0, Host.Engine.Starts);
    }

    [Fact]
    public async Task Our_own_pages_may_call()
    {
        using var response = await PostAsync("/api/tasks", Body(), ("Origin", $"http://127.0.0.1:{Host.Address.Port}"));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }
}
