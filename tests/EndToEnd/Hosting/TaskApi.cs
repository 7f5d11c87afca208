using System.Net.Http.Json;
using System.Text.Json;

namespace DurableAgentTasks.EndToEnd.Hosting;

/// <summary>The HTTP API as a client uses it.</summary>
internal static class TaskApi
{
    public static async Task StartAsync(HttpClient http, object body, CancellationToken cancellationToken)
    {
        using var answer = await http.PostAsJsonAsync("/api/tasks", body, cancellationToken);
        Assert.True(answer.StatusCode == System.Net.HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync(cancellationToken));
    }

    public static Task<JsonElement> StatusAsync(HttpClient http, string id, CancellationToken cancellationToken) =>
        http.GetFromJsonAsync<JsonElement>($"/api/tasks/{id}", cancellationToken);

    /// <summary>Asks again until the status is as wanted.</summary>
    public static async Task<JsonElement> UntilAsync(
        HttpClient http, string id, Func<JsonElement, bool> wanted, CancellationToken cancellationToken)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(25));
        while (true)
        {
            var status = await StatusAsync(http, id, cancellationToken);
            if (wanted(status)) return status;
            await tick.WaitForNextTickAsync(cancellationToken);
        }
    }

    public static Task<JsonElement> UntilStateAsync(HttpClient http, string id, string state, CancellationToken cancellationToken) => UntilAsync(
        http, id, status => State(status) == state || (HasEnded(status) ? throw new InvalidOperationException($"It never was {state}: {status}") : false),
        cancellationToken);

    /// <summary>Asks for something, and sees it accepted.</summary>
    public static async Task PostAsync(HttpClient http, string path, object body, CancellationToken cancellationToken)
    {
        using var answer = await http.PostAsJsonAsync(path, body, cancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
    }

    public static async Task<List<JsonElement>> TimelineAsync(HttpClient http, string id, CancellationToken cancellationToken) =>
        [.. (await http.GetFromJsonAsync<JsonElement>($"/api/tasks/{id}/timeline", cancellationToken)).GetProperty("items").EnumerateArray()];

    /// <summary>What operators asked for that had an effect, in order.</summary>
    public static async Task<string[]> ActionsAsync(HttpClient http, string id, CancellationToken cancellationToken) =>
    [
        .. (await TimelineAsync(http, id, cancellationToken))
            .Where(entry => entry.GetProperty("type").GetString() == "operator")
            .Select(entry => entry.GetProperty("trigger").GetString()!),
    ];

    /// <summary>When the task's time is over.</summary>
    public static DateTimeOffset Deadline(JsonElement status) => status.GetProperty("deadlines").GetProperty("task").GetDateTimeOffset();

    /// <summary>The first step of the first phase.</summary>
    public static JsonElement FirstStep(JsonElement status) => status.GetProperty("plan").GetProperty("phases")[0].GetProperty("steps")[0];

    public static string? Detail(JsonElement status) => status.GetProperty("detail").GetString();

    public static Task<JsonElement> UntilEndedAsync(HttpClient http, string id, CancellationToken cancellationToken) =>
        UntilAsync(http, id, HasEnded, cancellationToken);

    public static bool HasEnded(JsonElement status) => State(status) is "completed" or "failed" or "cancelled";

    public static string State(JsonElement status) => status.GetProperty("state").GetString()!;

    /// <summary>The whole log, page by page.</summary>
    public static async Task<List<(long Seq, string Stream, string? StepId, string Text)>> LogAsync(
        HttpClient http, string id, CancellationToken cancellationToken)
    {
        var lines = new List<(long, string, string?, string)>();
        for (long after = 0; ;)
        {
            var page = await http.GetFromJsonAsync<JsonElement>($"/api/tasks/{id}/logs?after={after}&limit=500", cancellationToken);
            lines.AddRange(page.GetProperty("lines").EnumerateArray().Select(line => (
                line.GetProperty("seq").GetInt64(), line.GetProperty("stream").GetString()!, line.GetProperty("stepId").GetString(),
                line.GetProperty("text").GetString()!)));
            var next = page.GetProperty("next").GetInt64();
            if (next == after) return lines;
            after = next;
        }
    }
}
