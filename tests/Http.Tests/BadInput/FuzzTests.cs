using System.Text;
using DurableAgentTasks.Http.Tests.Hosting;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Http.Tests.BadInput;

public sealed class FuzzTests : ApiTest
{
    private static readonly string[] Methods = ["GET", "GET", "POST", "POST", "DELETE", "HEAD", "PUT", "PATCH", "OPTIONS", "FOO"];

    private static readonly string[] Paths =
    [
        "/api/tasks", "/api/tasks", "/api/tasks/running", "/api/tasks/known", "/api/tasks/known/logs", "/api/tasks/known/timeline",
        "/api/tasks/known/cancel", "/api/tasks/%2e%2e", "/healthz", "/readyz", "/openapi.json", "//api//tasks", "/api/tasks/",
        "/api/durable/instances", "/api/durable/instances/known", "/api/durable/instances/known/raiseEvent/pause", "/api/durable/instances/known/restart",
        "/api/durable/orchestrators/RunTask", "/api/durable/instances/%2e%2e/suspend", "/api/agents/%00/tasks",
        "/api/tasks/known/extend", "/api/tasks/known/approve", "/api/tasks/known/checkpoints", "/api/tasks/known/checkpoints/0000000000000001/diff",
    ];

    private static readonly string[] Names =
        ["state", "agent", "agentId", "from", "to", "top", "continuationToken", "after", "limit", "stream", "tail", "code", "token", "showHistory", "runtimeStatus", "createdTimeFrom", "timeout", "reason", "", "%00", "[]"];

    private static readonly string[] Values =
    [
        "", "0", "1", "-1", "1e9", "9223372036854775807", "9223372036854775808", "99999999999999999999999", "executing", "completed,failed", ",", "stdout",
        "2030-01-01", "9999-12-31T23:59:59.9999999Z", "0001-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2030-02-30", "%00", "%ff", "%F0%9F%98%80", "%0d%0a", "null", "NaN", "' or 1=1", "a%2",
    ];

    private static readonly string[] Fragments =
    [
        "{", "}", "[", "]", ",", ":", "\"", "null", "true", "1e999", "-0", "\"agent\":\"shell\"", "\"plan\":{\"phases\":[{\"title\":\"t\",\"steps\":[",
        "{\"kind\":\"shell\",\"command\":\"exit 0\",\"title\":\"x\"}", "\"workspace\":{\"path\":\"/tmp\"}", "\"id\":\"known\"", "\"timeout\":\"PT1S\"", "\"timeout\":\"P999999999D\"",
        "\"\\ud800\"", "\\u0000", "\"environment\":{\"A\":\"b\"}", "\"timeouts\":{\"task\":null}", "]}]}", "\"reason\":\"x\"", "\"duration\":\"PT1H\"", "\"scope\":\"phase\"", "\"stepId\":\"1.1\"", "\"checkpointId\":\"0000000000000001\"", "\u00e9", "\uFFFF", "\"budgets\":{\"costUsd\":1e-400}",
    ];

    private static readonly string[] Headers =
    [
        "Idempotency-Key: k", "Idempotency-Key: \"", "Idempotency-Key: \\", "If-None-Match: *", "If-None-Match: W/\"", "Accept: text/plain", "Accept: */*;q=x", "Accept: ,",
        "traceparent: 00-0-0-0", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "tracestate: \u00e9", "Authorization: Bearer", "Authorization: Basic x", "x-functions-key: ",
        "Range: bytes=0-1", "Content-Encoding: gzip", "X-Forwarded-Host: evil", "X-HTTP-Method-Override: DELETE", "Content-Type: text/plain", "Cookie: a=b", "Accept-Encoding: \u0001",
    ];

    [Fact(Timeout = 240_000)]
    public async Task Nothing_a_client_sends_is_a_fault_of_the_service()
    {
        var random = new Random(20_300_101);
        await StartAsync("known");
        var seen = new SortedDictionary<int, int>();
        for (var i = 0; i < 3_000; i++)
        {
            var request = Compose(random);
            var (status, text) = await RawHttp.SendAsync(Host.Address, request, hangUp: false, Cancellation);
            seen[status] = seen.GetValueOrDefault(status) + 1;
            Assert.True(status is > 0 and < 500, $"{request}\n\n{text}");
            if (i % 500 == 0) _ = await PostAsync("/api/tasks", Body("known"));
        }

        // The loop must reach what it is for, not only the first check.
        foreach (var status in new[] { 200, 202, 400, 404, 405, 415 }) Assert.True(seen.ContainsKey(status), $"never {status}: {string.Join(", ", seen)}");
        Assert.DoesNotContain(Host.Log.Lines, line => line.Level >= LogLevel.Error);
    }

    private static string Compose(Random random)
    {
        var request = new StringBuilder($"{Pick(Methods)} {Pick(Paths)}");
        var parameters = random.Next(4);
        for (var i = 0; i < parameters; i++) request.Append(i == 0 ? '?' : '&').Append(Uri.EscapeDataString(Pick(Names)).Replace("%25", "%", StringComparison.Ordinal)).Append('=').Append(Pick(Values).Replace(' ', '+'));
        request.Append(" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n");
        for (var i = random.Next(3); i > 0; i--) request.Append(Pick(Headers)).Append("\r\n");
        var body = new StringBuilder();
        for (var i = random.Next(12); i > 0; i--) body.Append(Pick(Fragments)).Append(random.Next(3) == 0 ? "," : "");
        if (random.Next(3) == 0) body.Insert(0, '{').Append('}');
        var bytes = Encoding.UTF8.GetBytes(body.ToString());
        if (bytes.Length > 0 && random.Next(4) == 0) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        if (random.Next(5) > 0) request.Append("Content-Type: application/json\r\n");
        return request.Append($"Content-Length: {bytes.Length}\r\n\r\n").Append(Encoding.Latin1.GetString(bytes)).ToString();

        string Pick(string[] from) => from[random.Next(from.Length)];
    }
}
