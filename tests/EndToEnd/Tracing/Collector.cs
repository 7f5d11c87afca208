using System.Net;
using DurableAgentTasks.EndToEnd.Hosting;

namespace DurableAgentTasks.EndToEnd.Tracing;

/// <summary>Takes what hosts export by OTLP over HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp), as bytes.</summary>
internal sealed class Collector : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly MemoryStream _received = new();

    public Collector()
    {
        Address = $"http://127.0.0.1:{LocalHostProcess.FreePort()}";
        _listener.Prefixes.Add($"{Address}/");
        _listener.Start();
        _ = TakeAsync();
    }

    public string Address { get; }

    /// <summary>Waits until all of it was exported, in whatever order.</summary>
    public async Task UntilHasAsync(CancellationToken cancellationToken, params byte[][] all)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!all.All(Has)) await tick.WaitForNextTickAsync(cancellationToken);
    }

    public void Dispose() => _listener.Close();

    private bool Has(byte[] part)
    {
        lock (_received) return _received.GetBuffer().AsSpan(0, (int)_received.Length).IndexOf(part) >= 0;
    }

    private async Task TakeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                lock (_received) body.WriteTo(_received);
                context.Response.Close();
            }
        }
        catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
        {
            // Closed.
        }
    }
}
