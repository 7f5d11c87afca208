using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Http.Problems;

/// <summary>
/// Turns what goes wrong beneath it into problems: exceptions, whose text stays in the log, and answers the framework makes
/// without a body.
/// </summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var response = context.Response;
        SetHeaders(response);
        try
        {
            await next(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to read an answer.
            return;
        }
        catch (Exception error)
        {
            var problem = Read(error, context);
            if (response.HasStarted)
            {
                // Half an answer must not look like a whole one.
                context.Abort();
                return;
            }

            response.Clear();
            SetHeaders(response);
            await problem.ExecuteAsync(context);
            return;
        }

        if (response.HasStarted || response.StatusCode < 400 || response.ContentType is not null) return;
        if (Refusal.OfStatus(response.StatusCode, response.Headers.Allow.ToString(), JsonBody.MaxTaskBytes) is { } refusal)
        {
            await refusal.ExecuteAsync(context);
        }
    }

    private static void SetHeaders(HttpResponse response)
    {
        var headers = response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    private ProblemResult Read(Exception error, HttpContext context)
    {
        var traceId = ProblemResult.TraceIdOf(context);
        switch (error)
        {
            case BadHttpRequestException bad:
                return Refusal.OfStatus(bad.StatusCode, "", JsonBody.MaxTaskBytes) ?? Refusal.BadRequest();
            case EngineUnavailableException:
                LogUnavailable(logger, traceId, error);
                return Refusal.EngineUnavailable();
            case IOException or UnauthorizedAccessException:
                LogUnavailable(logger, traceId, error);
                return Refusal.StorageUnavailable();
            case OperationCanceledException:
                return Refusal.Stopping();
            default:
                LogUnhandled(logger, traceId, error);
                return Refusal.Internal();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Request {TraceId} could not be carried out now.")]
    private static partial void LogUnavailable(ILogger logger, string traceId, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Request {TraceId} met a fault of the service.")]
    private static partial void LogUnhandled(ILogger logger, string traceId, Exception error);
}
