using System.Globalization;
using System.Text.Json;

namespace DurableAgentTasks.Contracts.Http;

/// <summary>An event as a client sees it; a comment has the type <c>:</c>, and the waiting time <c>retry</c>.</summary>
public sealed record ServerSentEvent(string Type, long? Id, string Data)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Data);

    public string? Text(string field) => Json.GetProperty(field).GetString();
}

/// <summary>Reads a stream of server-sent events, strictly: what no server of ours should write is an error.</summary>
public sealed class EventReader : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _text;

    private EventReader(HttpResponseMessage response, Stream body) => (_response, _text) = (response, new StreamReader(body));

    public HttpResponseMessage Response => _response;

    public static async Task<EventReader> OpenAsync(HttpClient client, string path, long? lastEventId, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastEventId is { } id) request.Headers.Add("Last-Event-ID", id.ToString(CultureInfo.InvariantCulture));
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return new EventReader(response, await response.Content.ReadAsStreamAsync(cancellationToken));
    }

    /// <summary>The next event, comment or waiting time; <see langword="null"/> at the end of the stream.</summary>
    public async Task<ServerSentEvent?> ReadAsync(CancellationToken cancellationToken)
    {
        string? type = null;
        string? data = null;
        long? id = null;
        while (await _text.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length == 0) return new ServerSentEvent(type!, id, data!);
            var (field, value) = line.StartsWith(':') ? (":", line[1..]) : (line[..line.IndexOf(": ", StringComparison.Ordinal)], line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..]);
            switch (field)
            {
                case "event": type = value; break;
                case "data": data = value; break;
                case "id": id = long.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture); break;
                case ":" or "retry": (type, data) = (field, value); break;
                default: throw new InvalidDataException(line);
            }
        }

        return null;
    }

    /// <summary>Reads on to the first event of this type, and gives it.</summary>
    public async Task<ServerSentEvent> ReadAsync(string type, CancellationToken cancellationToken)
    {
        while (await ReadAsync(cancellationToken) is { } next)
        {
            if (next.Type == type) return next;
        }

        throw new EndOfStreamException($"The stream ended before an event of type {type}.");
    }

    public void Dispose()
    {
        _text.Dispose();
        _response.Dispose();
    }
}
