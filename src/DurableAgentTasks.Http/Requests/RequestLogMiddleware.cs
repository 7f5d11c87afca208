using System.Diagnostics;
using DurableAgentTasks.Http.Auth;
using DurableAgentTasks.Http.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Http.Requests;

/// <summary>One line for each request: never its query, headers or body, in which secrets may stand.</summary>
internal sealed partial class RequestLogMiddleware(RequestDelegate next, ILogger<RequestLogMiddleware> logger)
{
    private const int MaxPath = 200;

    public async Task InvokeAsync(HttpContext context)
    {
        var begin = Stopwatch.GetTimestamp();
        await next(context);
        if (!logger.IsEnabled(LogLevel.Information)) return;
        var method = Shorten(context.Request.Method, 16);
        var path = Shorten(context.Request.Path.ToUriComponent(), MaxPath);
        var milliseconds = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        var caller = context.Features.Get<Caller>()?.Name ?? "-";
        var traceId = ProblemResult.TraceIdOf(context);
        LogRequest(logger, method, path, context.Response.StatusCode, milliseconds, caller, traceId);
    }

    private static string Shorten(string text, int max) => text.Length <= max ? text : $"{text.AsSpan(0, max)}…";

    [LoggerMessage(Level = LogLevel.Information, Message = "{Method} {Path} {Status} {Milliseconds:F1} ms by {Caller} ({TraceId})")]
    private static partial void LogRequest(
        ILogger logger, string method, string path, int status, double milliseconds, string caller, string traceId);
}
