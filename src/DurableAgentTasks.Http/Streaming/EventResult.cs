using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace DurableAgentTasks.Http.Streaming;

/// <summary>
/// Answers with a stream of events. It ends when <paramref name="stream"/> does, the client is gone, the host stops, or the configured
/// maximum is reached; but for the first, the client comes again.
/// </summary>
internal sealed class EventResult(Func<EventWriter, CancellationToken, Task> stream) : IResult
{
    public async Task ExecuteAsync(HttpContext context)
    {
        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache";
        response.Headers["X-Accel-Buffering"] = "no";
        if (HttpMethods.IsHead(context.Request.Method)) return;

        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var services = context.RequestServices;
        var time = services.GetRequiredService<TimeProvider>();
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var max = services.GetRequiredService<IOptions<StreamingOptions>>().Value.MaxDuration;
        using var limit = new CancellationTokenSource(max ?? Timeout.InfiniteTimeSpan, time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping, limit.Token);
        using var events = new EventWriter(response.BodyWriter, time);
        try
        {
            events.Retry();
            await stream(events, ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // An ordinary end.
        }
    }
}
