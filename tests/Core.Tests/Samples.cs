using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Core.Tests;

/// <summary>What several tests begin from.</summary>
internal static class Samples
{
    public static DateTimeOffset Start { get; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static TaskRequestRules Rules { get; } = new() { Agents = ["shell", "claude"] };

    /// <summary>Two phases: 1.1 and 1.2; 2.1 and 2.2.</summary>
    public static Plan Plan { get; } = new(
    [
        new(1, "Build", [Shell("1.1"), Shell("1.2")]),
        new(2, "Test", [Shell("2.1"), Shell("2.2")]),
    ]);

    public static TaskRecord Task(Plan? plan = null) =>
        TaskRecord.Created(
            TaskId.Parse("fix-login"),
            new TaskRequest { Agent = "claude", AgentId = "team-a", Plan = plan, Workspace = new() { Path = "/repos/shop", Isolation = WorkspaceIsolation.InPlace } },
            Start);

    public static DateTimeOffset At(double minutes) => Start.AddMinutes(minutes);

    public static Step Shell(string id) => new() { Id = id, Title = $"step {id}", Kind = StepKind.Shell, Command = "true" };

    public static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, TaskJson.Options);

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, TaskJson.Options)!;
}
