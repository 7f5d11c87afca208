using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using DurableAgentTasks.Core.Json;

namespace DurableAgentTasks.Cli.Api;

/// <summary>The HTTP API of a host. What it refuses is a <see cref="CommandFailedException"/> in its own words.</summary>
internal sealed class TaskApiClient : IDisposable
{
    private const string ProblemType = "application/problem+json";
    private readonly HttpClient _http;

    /// <param name="url">Ends with a slash.</param>
    /// <param name="key">Sent with every request, if given.</param>
    /// <param name="handler">Answers in place of the network, if given.</param>
    public TaskApiClient(Uri url, string? key, HttpMessageHandler? handler)
    {
        _http = handler is null ? new HttpClient() : new HttpClient(handler, disposeHandler: false);
        _http.BaseAddress = url;
        if (key is not null) _http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {key}");
    }

    public static string PathOf(string id) => $"api/tasks/{Uri.EscapeDataString(id)}";

    public Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, path), cancellationToken);

    /// <summary>All pages of a list.</summary>
    public async Task<List<JsonElement>> GetAllAsync(string path, string list, CancellationToken cancellationToken)
    {
        var items = new List<JsonElement>();
        string? token = null;
        do
        {
            var page = await GetAsync($"{path}{new QueryText { ["top"] = "1000", ["continuationToken"] = token }}", cancellationToken);
            items.AddRange(page.GetProperty(list).EnumerateArray());
            token = page.TryGetProperty("continuationToken", out var next) ? next.GetString() : null;
        }
        while (token is not null);
        return items;
    }

    public Task<JsonElement> PostAsync(string path, object body, CancellationToken cancellationToken) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, options: TaskJson.Options) }, cancellationToken);

    public Task<JsonElement> DeleteAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Delete, path), cancellationToken);

    /// <summary>Sends a request and reads its answer.</summary>
    /// <param name="request">Disposed with the call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <param name="alsoGood">A status that is no failure here.</param>
    public async Task<JsonElement> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken, HttpStatusCode? alsoGood = null)
    {
        using (request)
        {
            using var response = await AnswerAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
            if (response.StatusCode != alsoGood || IsProblem(response)) await CheckAsync(response, cancellationToken);
            try
            {
                return await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            }
            catch (JsonException)
            {
                throw NotOurs((int)response.StatusCode);
            }
        }
    }

    /// <summary>Opens a stream of events; <see langword="null"/> if there is nothing more to come.</summary>
    public async Task<Stream?> OpenEventsAsync(string path, long lastEventId, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (lastEventId > 0) request.Headers.Add("Last-Event-ID", $"{lastEventId}");
        var response = await AnswerAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await CheckAsync(response, cancellationToken);
        return response.StatusCode == HttpStatusCode.NoContent ? null : await response.Content.ReadAsStreamAsync(cancellationToken);
    }

    /// <summary>Opens what is no JSON.</summary>
    public async Task<Stream> OpenAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        var response = await AnswerAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await CheckAsync(response, cancellationToken);
        return await response.Content.ReadAsStreamAsync(cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        try
        {
            return await _http.SendAsync(request, completion, cancellationToken);
        }
        catch (Exception error) when (error is HttpRequestException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new CommandFailedException(
                ExitCode.Unreachable, $"No host answers at {_http.BaseAddress}: start one there, or give its address with --url or DAT_URL. ({error.Message})");
        }
    }

    private async Task CheckAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode) return;
        using (response)
        {
            if (!IsProblem(response)) throw NotOurs((int)response.StatusCode);
            var problem = (await response.Content.ReadFromJsonAsync<ApiProblem>(TaskJson.Options, cancellationToken))!;

            // The host's own words are about headers, which are not for users of this program.
            if (problem.Code == ApiProblem.KeyMissing) throw new CommandFailedException(ExitCode.Failed, $"The host at {_http.BaseAddress} wants an API key: give it in DAT_KEY, or with --key.");
            throw new CommandFailedException(
                ExitCode.Failed, problem.Detail is { } detail ? $"{problem.Title} {detail}" : problem.Title, problem.Errors);
        }
    }

    private static bool IsProblem(HttpResponseMessage response) => response.Content.Headers.ContentType?.MediaType == ProblemType;

    private CommandFailedException NotOurs(int status) =>
        new(ExitCode.Failed, $"What answers at {_http.BaseAddress} (with {status}) is no DurableAgentTasks host: check --url or DAT_URL.");
}
