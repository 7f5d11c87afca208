using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using DurableAgentTasks.Core.Requests;

namespace DurableAgentTasks.Agents.Planning;

/// <summary>The JSON of a plan in what an agent said, or why there is none.</summary>
public sealed record PlanText
{
    /// <summary>Of anything longer only the end is looked at, in characters: the plan is what an agent says last.</summary>
    private const int LongestText = 1_000_000;

    /// <summary>So many braces are tried as the beginning of a plan: a text of nothing else must end, too.</summary>
    private const int MostTries = 10_000;

    private static readonly JsonReaderOptions Options = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private PlanText(JsonElement? json, RequestError? error) => (Json, Error) = (json, error);

    /// <summary>An object; whether it is a valid plan is told by <see cref="TaskRequestReader.ReadPlan"/>.</summary>
    public JsonElement? Json { get; }

    /// <summary>For <see cref="PlanningPrompt.Again"/>.</summary>
    public RequestError? Error { get; }

    [MemberNotNullWhen(true, nameof(Json))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsFound => Json is not null;

    /// <summary>Finds the last object with phases, else the last object; in a code fence or not, with any text around it.</summary>
    public static PlanText Find(string answer)
    {
        var text = Encoding.UTF8.GetBytes(answer.Length > LongestText ? answer[^LongestText..] : answer).AsSpan();
        JsonElement? last = null;
        string? broken = null;
        for (int at = 0, tries = 0; tries < MostTries && text[at..].IndexOf((byte)'{') is >= 0 and var distance; tries++)
        {
            at += distance;
            var fault = Read(text[at..], out var json, out var length);
            if (json is { } read && (last is null || HasPhases(read) || !HasPhases(last.Value))) last = read;
            broken ??= fault;
            at += length;
        }

        // What is whole in a plan that is broken is a part of it, and no plan.
        if (last is { } found && (HasPhases(found) || broken is null)) return new PlanText(found, null);
        return new PlanText(null, new RequestError("$", broken ?? "There is no JSON object in the answer; write {\"phases\": [{\"title\": \"...\", \"steps\": [...]}]}."));
    }

    /// <summary>Gives what is wrong with an object that begins like one: with the name of a field. Any other brace is no JSON.</summary>
    private static string? Read(ReadOnlySpan<byte> text, out JsonElement? json, out int length)
    {
        (json, length) = (null, 1);
        var reader = new Utf8JsonReader(text, Options);
        var tokens = 0;
        try
        {
            do tokens += reader.Read() ? 1 : throw new JsonException("It breaks off.");
            while (reader.TokenType != JsonTokenType.EndObject || reader.CurrentDepth > 0);
            length = (int)reader.BytesConsumed;
            var whole = new Utf8JsonReader(text[..length], Options);
            json = JsonElement.ParseValue(ref whole);
            return null;
        }
        catch (JsonException e)
        {
            return tokens > 1 ? $"The JSON is not well formed, in line {(e.LineNumber ?? 0) + 1} of the object: {e.Message.Split(" LineNumber")[0]}" : null;
        }
    }

    private static bool HasPhases(JsonElement json) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty("phases", out _);
}
