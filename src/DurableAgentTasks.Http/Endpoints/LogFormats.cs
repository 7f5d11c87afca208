using System.Text;
using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Status;
using DurableAgentTasks.Storage.Logs;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace DurableAgentTasks.Http.Endpoints;

/// <summary>A page of a log in the form its reader prefers.</summary>
internal static class LogFormats
{
    private const string PlainText = "text/plain";
    private const string LineJson = "application/x-ndjson";

    public static IResult Answer(LogPage page, HttpRequest request, TaskId id, long? limit, LogStream? stream)
    {
        var headers = request.HttpContext.Response.Headers;
        headers.Vary = "Accept";
        var format = Preferred(request);
        if (format is null) return Endpoints.Answer.Json(page);
        headers.Link = NextLink(page, request, id, limit, stream);
        return Results.Text(format == PlainText ? Lines(page, line => line.Text) : Lines(page, Json), $"{format}; charset=utf-8");
    }

    /// <summary><see langword="null"/>: JSON, also for those who want something we do not have.</summary>
    private static string? Preferred(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)) return null;
        var best = accepted.Where(type => type.Quality is not 0).OrderByDescending(type => type.Quality ?? 1).FirstOrDefault();
        return best?.MediaType.Value?.ToLowerInvariant() switch
        {
            PlainText or "text/*" => PlainText,
            LineJson => LineJson,
            _ => null,
        };
    }

    private static string NextLink(LogPage page, HttpRequest request, TaskId id, long? limit, LogStream? stream)
    {
        var link = new StringBuilder($"<{TaskViews.PathOf(id, request.PathBase)}/logs?after={page.Next}");
        if (limit is not null) link.Append($"&limit={limit}");
        if (stream is { } one) link.Append($"&stream={WireName.Of(one)}");
        return link.Append(">; rel=\"next\"").ToString();
    }

    private static string Lines(LogPage page, Func<LogLine, string> format)
    {
        var text = new StringBuilder();
        foreach (var line in page.Lines) text.Append(format(line)).Append('\n');
        return text.ToString();
    }

    private static string Json(LogLine line) => JsonSerializer.Serialize(line, TaskJson.Options);
}
