using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using DurableAgentTasks.Core.Json;

namespace DurableAgentTasks.Http.Streaming;

/// <summary>Writes server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).</summary>
internal sealed class EventWriter(PipeWriter output, TimeProvider time) : IDisposable
{
    private const int FlushBytes = 32 * 1024;
    private static readonly TimeSpan CommentEvery = TimeSpan.FromSeconds(15);
    private readonly Utf8JsonWriter _json = new(output, new JsonWriterOptions { Encoder = TaskJson.Options.Encoder, SkipValidation = true });
    private long _commented = time.GetTimestamp();
    private long _unflushed;

    /// <summary>How long clients wait before they come again.</summary>
    public void Retry() => Text("retry: 3000\n\n");

    /// <param name="name">Its type.</param>
    /// <param name="data">As one line of JSON: line ends within it are escaped.</param>
    /// <param name="id">Where a client goes on after that has this event.</param>
    public void Event<T>(string name, T data, long? id = null)
    {
        if (id is { } number) Text(string.Create(CultureInfo.InvariantCulture, $"id: {number}\n"));
        Text($"event: {name}\ndata: ");
        _json.Reset(output);
        JsonSerializer.Serialize(_json, data, TaskJson.Options);
        _unflushed += _json.BytesCommitted;
        Text("\n\n");
    }

    /// <summary>Writes a comment if the last one is long ago, so that proxies see the stream is alive, and we see the client is gone.</summary>
    public void KeepAlive()
    {
        if (time.GetElapsedTime(_commented) < CommentEvery) return;
        _commented = time.GetTimestamp();
        Text(":\n\n");
    }

    /// <summary>Sends what was written once it is much; waits while the client does not take it.</summary>
    public ValueTask FlushIfMuchAsync(CancellationToken cancellationToken) =>
        _unflushed < FlushBytes ? ValueTask.CompletedTask : FlushAsync(cancellationToken);

    /// <summary>Sends what was written; waits while the client does not take it.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_unflushed == 0) return;
        _unflushed = 0;
        await output.FlushAsync(cancellationToken);

        // A connection that is gone takes everything without a word.
        cancellationToken.ThrowIfCancellationRequested();
    }

    public void Dispose() => _json.Dispose();

    private void Text(string text) => _unflushed += Encoding.UTF8.GetBytes(text, output);
}
