using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Workflow.Tests.Golden;

/// <summary>
/// A life of a task as its orchestration saw it, one event to a line: the histories of its generations, of which each opens with
/// <c>ExecutionStarted</c> and closes with <c>ContinueAsNew</c>, <c>ExecutionCompleted</c> or <c>ExecutionFailed</c>. What came in stands where it was handled.
/// </summary>
internal static class GoldenLife
{
    public const string ContinuedAsNew = "ContinueAsNew";
    public const string MadeGuid = "NewGuid";
    public const string Failed = "ExecutionFailed";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static string Write(IEnumerable<HistoryEntry> life) =>
        string.Concat(life.Select(entry => JsonSerializer.Serialize(entry, Options) + "\n"));

    public static IReadOnlyList<HistoryEntry> Read(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<HistoryEntry>(line, Options)!)];

    public static IEnumerable<IReadOnlyList<HistoryEntry>> Generations(IReadOnlyList<HistoryEntry> life)
    {
        var starts = life.Index().Where(entry => entry.Item.Type == "ExecutionStarted").Select(entry => entry.Index).Append(life.Count).ToList();
        return starts.Zip(starts.Skip(1), (from, to) => life.Take(from..to).ToList());
    }
}
