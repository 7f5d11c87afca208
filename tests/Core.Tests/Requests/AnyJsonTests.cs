using System.Text;
using System.Text.Json.Nodes;
using DurableAgentTasks.Core.Requests;
using FsCheck;
using FsCheck.Fluent;

namespace DurableAgentTasks.Core.Tests.Requests;

/// <summary>Whatever JSON comes, there is a request or there are errors with paths, and never an exception.</summary>
public sealed class AnyJsonTests
{
    private static readonly string[] Names =
    [
        "id", "agent", "agentId", "prompt", "plan", "phases", "title", "steps", "kind", "command", "timeout", "retry", "maxAttempts", "onExitCodes",
        "approval", "default", "workspace", "path", "isolation", "repository", "ref", "setup", "environment", "secrets", "timeouts", "task", "phase",
        "idle", "agentStep", "budgets", "cpuTime", "costUsd", "tokens", "priority", "webhooks", "url", "events", "deliver", "push", "checkpointId",
        "sessionId", "dependsOn", "env", "", "\\ud800", "a b", "\\u0000",
    ];

    private static readonly string[] Scalars =
    [
        "null", "true", "false", "0", "-1", "1.5", "1e400", "-0", "99999999999999999999999999", "\"\"", "\" \"", "\"\\u0000\"", "\"\\ud800\"",
        "\"\\ud83d\\ude00\"", "\"shell\"", "\"claude\"", "\"PT1H\"", "\"-PT1H\"", "\"P99999999999D\"", "\"/x\"", "\"../x\"", "\"a=b\"",
        "\"0123456789abcdef\"", "\"https://example.org\"", "\"http://[\"", "\"inPlace\"", "\"a@b:c\"",
    ];

    private static Gen<string> Any { get; } = Gen.Sized(size => Value(Math.Min(size, 60)));

    [Fact]
    public void Any_JSON_gives_a_request_or_errors() =>
        Prop.ForAll(Any.ToArbitrary(), Holds).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));

    [Fact]
    public void A_valid_body_with_anything_put_anywhere_gives_a_request_or_errors()
    {
        var places = Places(JsonNode.Parse(Bodies.Full)!).Count;
        var mutation = Gen.Choose(0, places - 1).Zip(Any.Zip(Gen.Choose(0, 3)));

        Prop.ForAll(mutation.ToArbitrary(), change => Holds(Mutate(change.Item1, change.Item2.Item1, change.Item2.Item2)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));
    }

    [Fact]
    public void The_mutations_reach_both_ends()
    {
        var readings = Any.Sample(300, 30)
            .Select((json, index) => Bodies.Read(Mutate(index % Places(JsonNode.Parse(Bodies.Full)!).Count, json, index % 4)))
            .ToList();

        Assert.Contains(readings, reading => reading.IsValid);
        Assert.Contains(readings, reading => !reading.IsValid);
    }

    private static bool Holds(string json)
    {
        var reading = Bodies.Read(json);
        if (reading.IsValid) return reading.Errors.Count == 0 && Bodies.Read(Samples.Write(reading.Request)).IsValid;
        return reading.Errors.Count > 0 && reading.Errors.All(error => error.Path.Length > 0 && error.Message.Length > 0 && IsOneLine(error));
    }

    private static bool IsOneLine(RequestError error) => !(error.Path + error.Message).Any(char.IsControl);

    private static Gen<string> Value(int size)
    {
        var scalar = Gen.Elements(Scalars);
        if (size < 2) return scalar;
        var part = Gen.Sized(_ => Value(size / 3));
        var array = part.ListOf().Resize(4).Select(items => $"[{string.Join(',', items)}]");
        var member = Gen.Elements(Names).Zip(part, (name, value) => $"\"{name}\":{value}");
        var members = member.ListOf().Resize(8).Select(items => $"{{{string.Join(',', items)}}}");
        return Gen.Frequency((2, scalar), (2, array), (4, members));
    }

    /// <summary>Replaces, removes or doubles the value at one place, or adds a member beside it.</summary>
    private static string Mutate(int place, string json, int how)
    {
        const string Mark = "@here@";
        var body = JsonNode.Parse(Bodies.Full)!;
        var (parent, key) = Places(body)[place];
        var text = new StringBuilder();
        switch (parent, key, how)
        {
            case (JsonObject fields, string name, 1):
                fields.Remove(name);
                break;
            case (JsonObject fields, string name, 2):
                var old = fields[name]?.ToJsonString() ?? "null";
                fields[name] = Mark;
                return body.ToJsonString().Replace($"\"{Mark}\"", $"{old},\"{name}\":{json}", StringComparison.Ordinal);
            case (JsonObject fields, _, 3):
                fields["unheardOf"] = Mark;
                break;
            case (JsonObject fields, string name, _):
                fields[name] = Mark;
                break;
            case (JsonArray items, int index, _):
                items[index] = Mark;
                break;
        }

        return text.Append(body.ToJsonString()).Replace($"\"{Mark}\"", json).ToString();
    }

    private static List<(JsonNode Parent, object Key)> Places(JsonNode node)
    {
        List<(JsonNode, object)> places = [];
        if (node is JsonObject fields)
        {
            foreach (var (name, value) in fields)
            {
                places.Add((fields, name));
                if (value is not null) places.AddRange(Places(value));
            }
        }
        else if (node is JsonArray items)
        {
            for (var index = 0; index < items.Count; index++)
            {
                places.Add((items, index));
                places.AddRange(Places(items[index]!));
            }
        }

        return places;
    }
}
