using System.Text;
using System.Text.Encodings.Web;

namespace DurableAgentTasks.Activities.Secrets;

/// <summary>How a secret may stand in output: as it is, line by line, and as JSON, an address or base64 would have it.</summary>
internal static class SecretForms
{
    /// <summary>A shorter line, or part of a base64 text, would be found in much that is no secret.</summary>
    private const int ShortestPart = 8;

    /// <summary>Each once, as UTF-8.</summary>
    public static IEnumerable<byte[]> Of(string value) =>
        Lines(value).Prepend(value)
            .SelectMany(static text => new[] { text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text), JavaScriptEncoder.Default.Encode(text), Uri.EscapeDataString(text) })
            .Concat(Base64(value))
            .Distinct(StringComparer.Ordinal)
            .Select(Encoding.UTF8.GetBytes);

    private static IEnumerable<string> Lines(string value) =>
        value.ContainsAny('\r', '\n')
            ? value.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(static line => line.Length >= ShortestPart)
            : [];

    /// <summary>
    /// Also inside a longer text, as in a header of basic authentication. Three bytes become four characters, so there are three ways to
    /// stand in it; the characters that also depend on the bytes around it are left out.
    /// </summary>
    private static IEnumerable<string> Base64(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        for (var before = 0; before < 3; before++)
        {
            var text = Convert.ToBase64String([.. new byte[before], .. bytes]);
            var first = ((before * 8) + 5) / 6;
            var length = (((before + bytes.Length) * 8) / 6) - first;
            if (length < ShortestPart) continue;
            var part = text.Substring(first, length);
            yield return part;
            if (part.AsSpan().ContainsAny('+', '/')) yield return part.Replace('+', '-').Replace('/', '_');
        }
    }
}
