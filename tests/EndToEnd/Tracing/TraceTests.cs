using System.Net.Http.Json;
using System.Text;
using DurableAgentTasks.EndToEnd.Hosting;

namespace DurableAgentTasks.EndToEnd.Tracing;

/// <summary>One trace leads from whoever asked for a task to what its steps run.</summary>
public sealed class TraceTests : IDisposable
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Caller = $"00-{Trace}-b7ad6b7169203331-01";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dat-e2e-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Timeout = 120_000)]
    public async Task A_step_s_program_is_in_the_trace_of_the_start_and_the_spans_between_are_exported()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var collector = new Collector();
        var settings = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address, ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf", ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
        };
        await using var host = await LocalHostProcess.StartAsync(Path.Combine(_folder.FullName, "data"), cancellation, settings);

        var parent = (await ParentOfStepAsync(host, cancellation)).Split('-');

        Assert.Equal(Trace, parent[1]);
        Assert.NotEqual(Caller.Split('-')[2], parent[2]);
        await collector.UntilHasAsync(
            cancellation, Convert.FromHexString(Trace), Convert.FromHexString(parent[2]), Encoding.UTF8.GetBytes("POST /api/tasks"),
            Encoding.UTF8.GetBytes("PrepareTask"), Encoding.UTF8.GetBytes("RunStep"), Encoding.UTF8.GetBytes("step 1.1"));
    }

    [Fact(Timeout = 120_000)]
    public async Task Where_nothing_is_exported_a_step_s_program_gets_the_caller_s_own_context()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var settings = new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "", ["TRACEPARENT"] = "00-11111111111111111111111111111111-1111111111111111-01" };
        await using var host = await LocalHostProcess.StartAsync(Path.Combine(_folder.FullName, "data"), cancellation, settings);
        Assert.Equal(Caller, await ParentOfStepAsync(host, cancellation));
    }

    private async Task<string> ParentOfStepAsync(LocalHostProcess host, CancellationToken cancellationToken)
    {
        using var start = new HttpRequestMessage(HttpMethod.Post, "/api/tasks")
        {
            Content = JsonContent.Create(ShellTask.Of("traced", Directory.CreateDirectory(Path.Combine(_folder.FullName, "work")).FullName, "echo $TRACEPARENT")),
            Headers = { { "traceparent", Caller } },
        };
        using var answer = await host.Http.SendAsync(start, cancellationToken);
        answer.EnsureSuccessStatusCode();
        Assert.Equal("completed", TaskApi.State(await TaskApi.UntilEndedAsync(host.Http, "traced", cancellationToken)));
        return Assert.Single(await TaskApi.LogAsync(host.Http, "traced", cancellationToken), line => line.Stream == "stdout").Text;
    }
}
