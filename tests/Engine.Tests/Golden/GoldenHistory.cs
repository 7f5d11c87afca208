using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Engine.History;

namespace DurableAgentTasks.Engine.Tests.Golden;

/// <summary>A history as people read it: one event to a line, as JSON; payloads are the texts they are.</summary>
internal static class GoldenHistory
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    public static string Write(IEnumerable<HistoryEvent> history) =>
        string.Concat(history.Select(item => JsonSerializer.Serialize(Line.Of(item), Options) + "\n"));

    public static IReadOnlyList<HistoryEvent> Read(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<Line>(line, Options)!.ToEvent())];

    private sealed record Line
    {
        public required EventKind Kind { get; init; }

        public required DateTimeOffset Time { get; init; }

        public int? Number { get; init; }

        public int? Turn { get; init; }

        public string? Name { get; init; }

        public string? Text { get; init; }

        public string? Payload { get; init; }

        public string? CustomStatus { get; init; }

        public DateTimeOffset? Moment { get; init; }

        public RuntimeStatus? Status { get; init; }

        public IReadOnlyList<Line>? Carried { get; init; }

        public static Line Of(HistoryEvent item) => new()
        {
            Kind = item.Kind,
            Time = item.Time,
            Number = item.Number < 0 ? null : item.Number,
            Turn = item.Turn == 0 ? null : item.Turn,
            Name = item.Name,
            Text = item.Text,
            Payload = item.Payload is { } payload ? Encoding.UTF8.GetString(payload) : null,
            CustomStatus = item.CustomStatus is { } status ? Encoding.UTF8.GetString(status) : null,
            Moment = item.Moment == default ? null : item.Moment,
            Status = item.Status == default ? null : item.Status,
            Carried = item.Carried.Count == 0 ? null : [.. item.Carried.Select(Of)],
        };

        public HistoryEvent ToEvent() => new()
        {
            Kind = Kind,
            Time = Time,
            Number = Number ?? -1,
            Turn = Turn ?? 0,
            Name = Name,
            Text = Text,
            Payload = Payload is null ? null : Encoding.UTF8.GetBytes(Payload),
            CustomStatus = CustomStatus is null ? null : Encoding.UTF8.GetBytes(CustomStatus),
            Moment = Moment ?? default,
            Status = Status ?? default,
            Carried = [.. (Carried ?? []).Select(line => line.ToEvent())],
        };
    }
}
