using System.Diagnostics;
using DurableAgentTasks.Core.Json;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Problems;

/// <summary>Answers with a problem.</summary>
/// <param name="problem">Which; the trace id is added.</param>
internal sealed class ProblemResult(Problem problem) : IResult
{
    public Problem Problem { get; } = problem;

    /// <summary>When it is worth another try; sent in whole seconds.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Of 401: how to authenticate.</summary>
    public string? Challenge { get; init; }

    public static string TraceIdOf(HttpContext context) =>
        Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Problem.Status;
        if (RetryAfter is { } wait) response.Headers.RetryAfter = $"{wait.TotalSeconds:F0}";
        if (Challenge is not null) response.Headers.WWWAuthenticate = Challenge;
        return response.WriteAsJsonAsync(
            Problem with { TraceId = TraceIdOf(httpContext) }, TaskJson.Options, Problem.ContentType, httpContext.RequestAborted);
    }
}
