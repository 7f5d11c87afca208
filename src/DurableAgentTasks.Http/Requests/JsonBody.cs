using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using DurableAgentTasks.Http.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace DurableAgentTasks.Http.Requests;

/// <summary>A body that is JSON in UTF-8, or why it is refused. Never more than the limit is read, however it is sent.</summary>
/// <param name="Json">Of no kind (<see cref="JsonValueKind.Undefined"/>) if there is no body and none is needed.</param>
/// <param name="Refused">Why it is not taken; <see langword="null"/> if it is.</param>
internal sealed record JsonBody(JsonElement Json, ProblemResult? Refused)
{
    /// <summary>Bytes of the start of a task: 4 MiB.</summary>
    public const int MaxTaskBytes = 4 * 1024 * 1024;

    /// <summary>Bytes of what an operator sends: 64 KiB.</summary>
    public const int MaxOperatorBytes = 64 * 1024;

    private const int MaxDepth = 64;

    /// <param name="request">Whose body.</param>
    /// <param name="maxBytes">The most that is read.</param>
    /// <param name="optional">Whether there may be none.</param>
    /// <param name="anyType">Whether it is read as JSON whatever its Content-Type says.</param>
    public static async Task<JsonBody> ReadAsync(HttpRequest request, int maxBytes, bool optional, bool anyType = false)
    {
        LetServerDrain(request.HttpContext);
        if (request.ContentLength > maxBytes) return Refuse(Refusal.BodyTooLarge(maxBytes));
        var declared = anyType || IsJson(request.ContentType);
        if (!declared && !optional) return Refuse(Refusal.NotJson());
        if (await ReadBytesAsync(request, maxBytes) is not { } bytes) return Refuse(Refusal.BodyTooLarge(maxBytes));
        if (bytes.Length == 0 && optional) return new(default, null);
        return declared ? Parse(bytes) : Refuse(Refusal.NotJson());
    }

    /// <returns><see langword="null"/> if there is more than the limit.</returns>
    private static async Task<byte[]?> ReadBytesAsync(HttpRequest request, int maxBytes)
    {
        var reader = request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(request.HttpContext.RequestAborted);
            var buffer = read.Buffer;
            var tooLarge = buffer.Length > maxBytes;
            if (tooLarge || read.IsCompleted)
            {
                var whole = tooLarge ? null : buffer.ToArray();
                reader.AdvanceTo(buffer.End);
                return whole;
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    /// <summary>
    /// Lets the server read past what is refused and throw it away for a while, so that a client that sends all before it listens
    /// gets its answer and not a broken connection.
    /// </summary>
    private static void LetServerDrain(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature) feature.MaxRequestBodySize = null;
    }

    private static JsonBody Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Span.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        if (bytes.Length == 0) return Refuse(Refusal.MalformedJson("The body is empty."));
        if (InvalidUtf8(bytes.Span) is { } at) return Refuse(Refusal.MalformedJson($"{Position(bytes.Span, at)} begins what is no UTF-8."));
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return new(document.RootElement.Clone(), null);
        }
        catch (JsonException error)
        {
            // Its own text may repeat what is in the body; the place says enough.
            return Refuse(Refusal.MalformedJson(
                $"Line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}: here the JSON is malformed, ends too early, or is nested deeper than {MaxDepth}."));
        }
    }

    private static int? InvalidUtf8(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes)) return null;
        var at = 0;
        while (Rune.DecodeFromUtf8(bytes[at..], out _, out var length) == OperationStatus.Done) at += length;
        return at;
    }

    private static string Position(ReadOnlySpan<byte> bytes, int at)
    {
        var before = bytes[..at];
        return $"Line {before.Count((byte)'\n') + 1}, byte {at - before.LastIndexOf((byte)'\n')}";
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (type.Type.Equals("application", StringComparison.OrdinalIgnoreCase) && type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase)))
        && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static JsonBody Refuse(ProblemResult refusal) => new(default, refusal);
}
