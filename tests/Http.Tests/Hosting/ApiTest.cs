using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;

namespace DurableAgentTasks.Http.Tests.Hosting;

/// <summary>A test with a host of its own.</summary>
public abstract class ApiTest : IAsyncLifetime
{
    private ApiHost? _host;

    internal static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal ApiHost Host => _host!;

    protected HttpClient Client => Host.Client;

    protected virtual IReadOnlyDictionary<string, string?>? Settings => null;

    /// <summary>What the host has otherwise than usual.</summary>
    protected virtual Action<IServiceCollection>? Services => null;

    public async ValueTask InitializeAsync() => _host = await ApiHost.StartAsync(Settings, Services);

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected static string Body(string? id = null, string command = "sleep 600", string extra = "") =>
        $$"""
        { {{(id is null ? "" : $"\"id\": \"{id}\",")}} "agent": "shell", "workspace": { "path": "/tmp" }, {{extra}}
          "plan": { "phases": [ { "title": "Work", "steps": [ { "title": "run", "kind": "shell", "command": "{{command}}" } ] } ] } }
        """;

    protected static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    protected async Task<HttpResponseMessage> PostAsync(string path, string? body, params IEnumerable<(string Name, string Value)> headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body is null ? null : Json(body) };
        foreach (var (name, value) in headers) Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return await Client.SendAsync(request, Cancellation);
    }

    /// <summary>Starts a task and gives its id.</summary>
    protected async Task<string> StartAsync(string? id = null, string command = "sleep 600", string extra = "")
    {
        using var response = await PostAsync("/api/tasks", Body(id, command, extra));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return (await ReadAsync(response)).GetProperty("id").GetString()!;
    }

    /// <summary>Several transitions that become known at once, as those of an orchestration do.</summary>
    protected async Task RecordAsync(string task, Action<TaskTimeline> happen)
    {
        var id = TaskId.Parse(task);
        var stored = (await Host.Store.ReadRecordAsync<TaskRecord>(id, Cancellation))!;
        var timeline = stored.Value.ContinueTimeline();
        happen(timeline);
        var entries = timeline.TakePending();
        await Host.Store.AppendTimelineAsync(id, entries, Cancellation);
        await Host.Store.TryWriteRecordAsync(id, stored.Value.Apply(entries), BlobCondition.None, Cancellation);
    }

    protected async Task<JsonElement> GetJsonAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await Client.GetAsync(path, Cancellation);
        Assert.Equal(expected, response.StatusCode);
        return await ReadAsync(response);
    }

    protected static Task<JsonElement> ReadAsync(HttpResponseMessage response) =>
        response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);

    /// <summary>A problem as every problem is, with this status and code.</summary>
    protected static async Task<JsonElement> AssertProblemAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.StatusCode == status, $"{response.StatusCode}, not {status}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonSerializer.Deserialize<JsonElement>(text);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        Assert.NotEmpty(problem.GetProperty("traceId").GetString()!);
        Assert.EndsWith(code, problem.GetProperty("type").GetString(), StringComparison.Ordinal);
        return problem;
    }
}
