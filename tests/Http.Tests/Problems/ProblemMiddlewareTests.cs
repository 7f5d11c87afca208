using System.Net;
using DurableAgentTasks.Http.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Http.Tests.Problems;

public sealed class ProblemMiddlewareTests
{
    [Fact]
    public async Task A_fault_is_logged_under_its_trace_id_and_its_text_stays_there()
    {
        await using var host = await ApiHost.StartAsync(others: endpoints =>
            endpoints.MapGet("/faulty", IResult () => throw new InvalidOperationException("secret text")));
        using var response = await host.Client.GetAsync("/faulty", ApiTest.Cancellation);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        var text = await response.Content.ReadAsStringAsync(ApiTest.Cancellation);
        Assert.DoesNotContain("secret text", text, StringComparison.Ordinal);
        Assert.DoesNotContain("InvalidOperation", text, StringComparison.Ordinal);
        var traceId = System.Text.Json.JsonDocument.Parse(text).RootElement.GetProperty("traceId").GetString()!;
        Assert.Contains(host.Log.Lines, line =>
            line.Level == LogLevel.Error
            && line.Text.Contains(traceId, StringComparison.Ordinal)
            && line.Text.Contains("secret text", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_not_taken_for_a_whole_one()
    {
        await using var host = await ApiHost.StartAsync(others: endpoints => endpoints.MapGet("/half", async context =>
        {
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            throw new InvalidOperationException();
        }));

        await Assert.ThrowsAsync<HttpRequestException>(() => host.Client.GetStringAsync("/half", ApiTest.Cancellation));
    }

    [Fact]
    public async Task What_a_host_maps_beside_asks_for_an_admin_unless_it_says_otherwise()
    {
        await using var host = await ApiHost.StartAsync(
            new Dictionary<string, string?> { ["Auth:Keys:r:Key"] = "reader-reader-reader-reader", ["Auth:Keys:r:Role"] = "reader" },
            others: endpoints => endpoints.MapGet("/more", () => "more"));
        using var client = host.NewClient(("x-functions-key", "reader-reader-reader-reader"));
        using var response = await client.GetAsync("/more", ApiTest.Cancellation);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }
}
