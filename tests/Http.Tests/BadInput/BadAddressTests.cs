using System.Net;
using DurableAgentTasks.Http.Tests.Hosting;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Http.Tests.BadInput;

public sealed class BadAddressTests : ApiTest
{
    public static TheoryData<string> Ids =>
    [
        "..", ".", "a/b", "%2e%2e", "a%2fb", "..%2f..%2fetc", "a%5cb", "%00", "a%00b", "%0d%0aSet-Cookie:x", "%1f", "%7f", "A", "a_b", "a.b", "-a",
        "%20", "a%20", "%c3%a4", "%f0%9f%98%80", "%e2%80%ae", "%ff", "%zz", "%", "*", "~", "a;b", "a:b", "con", new string('a', 64), new string('a', 300),
        new string('%', 300), "{id}", "'%20or%201=1", "<script>", "running%2f..",
    ];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task What_can_be_no_id_is_refused_and_never_a_fault(string id)
    {
        foreach (var (method, tail) in new[] { ("GET", ""), ("GET", "/logs"), ("GET", "/timeline"), ("POST", "/cancel"), ("DELETE", "") })
        {
            var (status, text) = await RawHttp.SendAsync(
                Host.Address,
                $"{method} /api/tasks/{id}{tail} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                hangUp: false,
                Cancellation);
            var allowed = id == "con" || text.Contains("\"tasks\":", StringComparison.Ordinal) ? new[] { 200, 404 } : [400, 404, 405];
            Assert.True(allowed.Contains(status), $"{method} {id}{tail}: {text}");
            Assert.DoesNotContain("Set-Cookie:x", text.Split("\r\n\r\n")[0], StringComparison.OrdinalIgnoreCase);
        }

        Assert.DoesNotContain(Host.Log.Lines, line => line.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task An_id_that_cannot_be_says_what_an_id_looks_like()
    {
        using var response = await Client.GetAsync("/api/tasks/Fix_Login", Cancellation);
        var problem = await AssertProblemAsync(response, HttpStatusCode.NotFound, "task_not_found");
        Assert.Contains("a-z, 0-9 and '-'", problem.GetProperty("title").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api")]
    [InlineData("/api/nothing")]
    [InlineData("/api/tasks/t/nothing")]
    [InlineData("/api/tasks/t/cancel/more")]
    [InlineData("/favicon.ico")]
    [InlineData("/.env")]
    public async Task An_unknown_address_is_404(string path)
    {
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post, HttpMethod.Delete })
        {
            using var response = await Client.SendAsync(new(method, path), Cancellation);
            await AssertProblemAsync(response, HttpStatusCode.NotFound, "route_not_found");
        }
    }

    [Theory]
    [InlineData("PUT", "/api/tasks", "GET, HEAD, POST")]
    [InlineData("DELETE", "/api/tasks", "GET, HEAD, POST")]
    [InlineData("POST", "/api/tasks/t", "DELETE, GET, HEAD")]
    [InlineData("PATCH", "/api/tasks/t", "DELETE, GET, HEAD")]
    [InlineData("GET", "/api/tasks/t/cancel", "POST")]
    [InlineData("POST", "/api/tasks/t/logs", "GET, HEAD")]
    [InlineData("POST", "/healthz", "GET, HEAD")]
    [InlineData("OPTIONS", "/api/tasks", "GET, HEAD, POST")]
    [InlineData("BREW", "/api/tasks", "GET, HEAD, POST")]
    public async Task A_wrong_method_is_405_with_those_there_are(string method, string path, string allowed)
    {
        using var response = await Client.SendAsync(new(new HttpMethod(method), path), Cancellation);

        await AssertProblemAsync(response, HttpStatusCode.MethodNotAllowed, "method_not_allowed");
        Assert.Equal(allowed, string.Join(", ", response.Content.Headers.Allow.Order()));
    }

    [Theory]
    [InlineData("/api/tasks")]
    [InlineData("/api/tasks/t")]
    [InlineData("/api/tasks/t/logs")]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/openapi.json")]
    [InlineData("/api/tasks/unknown")]
    public async Task Head_answers_as_get_without_a_body(string path)
    {
        await StartAsync("t");
        using var get = await Client.GetAsync(path, Cancellation);
        using var head = await Client.SendAsync(new(HttpMethod.Head, path), Cancellation);

        Assert.Equal(get.StatusCode, head.StatusCode);
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Equal(get.Headers.ETag, head.Headers.ETag);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Theory]
    [InlineData("GET /api/tasks HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: 127.0.0.1\r\n\r\n")]
    [InlineData("GET /api/tasks HTTP/1.1\r\n\r\n")]
    [InlineData("GET /api/tasks HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n")]
    [InlineData("NONSENSE\r\n\r\n")]
    [InlineData("\0\0\0\0\r\n\r\n")]
    [InlineData("GET /api/tasks\0 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")]
    [InlineData("POST /api/tasks HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: -1\r\n\r\n{}")]
    [InlineData("POST /api/tasks HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 99999999999999999999\r\n\r\n{}")]
    [InlineData("POST /api/tasks HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n")]
    [InlineData("POST /api/tasks HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{}")]
    [InlineData("GET /api/tasks?x=%zz&%=%&&&== HTTP/1.1\r\nHost: 127.0.0.1\r\nBad Header: x\r\n\r\n")]
    public async Task What_is_no_http_is_never_a_fault(string request)
    {
        var (status, text) = await RawHttp.SendAsync(Host.Address, request, hangUp: true, Cancellation);

        Assert.True(status < 500 || status == 505, text);
        Assert.DoesNotContain(Host.Log.Lines, line => line.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task Data_of_tasks_is_not_kept_by_caches_nor_read_as_another_type()
    {
        await StartAsync("t");
        foreach (var path in new[] { "/api/tasks", "/api/tasks/t", "/api/tasks/nobody", "/nothing" })
        {
            using var response = await Client.GetAsync(path, Cancellation);
            Assert.True(response.Headers.CacheControl!.NoStore);
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Contains("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        }
    }
}
