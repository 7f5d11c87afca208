using System.Text.Json;
using System.Text.Json.Serialization;

namespace DurableAgentTasks.Cli.Commands;

/// <summary>The body of a start. What is not given is not sent, so that the host's defaults hold.</summary>
internal sealed record StartRequest
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    public required string Agent { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AgentId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Prompt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Plan { get; init; }

    public required IReadOnlyDictionary<string, string> Workspace { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Secrets { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, TimeSpan>? Timeouts { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Priority { get; init; }

    /// <summary>A plan of one phase, of a step for each command.</summary>
    public static JsonElement PlanOf(IEnumerable<string> commands) => JsonSerializer.SerializeToElement(new
    {
        phases = new[] { new { title = "Run", steps = commands.Select(command => new { title = TitleOf(command), kind = "shell", command }) } },
    });

    private static string TitleOf(string command)
    {
        const int MaxLength = 80;
        var line = command.Split('\n', 2)[0].Trim();
        return line.Length switch
        {
            0 => "command",
            <= MaxLength => line,
            _ => $"{line[..(MaxLength - 1)]}…",
        };
    }
}
