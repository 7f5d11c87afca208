using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace DurableAgentTasks.Cli.Api;

/// <param name="Type">Such as <c>log</c>; <c>retry</c> for how long to wait before coming again, in milliseconds.</param>
/// <param name="Id">Where to go on after, if it says.</param>
/// <param name="Data">Its text.</param>
internal sealed record ServerEvent(string Type, long? Id, string Data);

/// <summary>Reads server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).</summary>
internal static class ServerEvents
{
    public const string Retry = "retry";

    /// <summary>To the end of the stream; an event that was cut off there is none.</summary>
    /// <exception cref="IOException">The connection was lost.</exception>
    public static async IAsyncEnumerable<ServerEvent> ReadAsync(Stream content, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(content);
        var (type, data) = ("message", new StringBuilder());
        long? id = null;
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length == 0)
            {
                if (data.Length > 0) yield return new ServerEvent(type, id, data.ToString(0, data.Length - 1));
                (type, id) = ("message", null);
                data.Clear();
                continue;
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var value = colon < 0 ? "" : line[(colon + 1)..];
            if (value.StartsWith(' ')) value = value[1..];
            switch (colon < 0 ? line : line[..colon])
            {
                case "event": type = value; break;
                case "data": data.Append(value).Append('\n'); break;
                case "id" when long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number): id = number; break;
                case Retry: yield return new ServerEvent(Retry, null, value); break;
            }
        }
    }
}
