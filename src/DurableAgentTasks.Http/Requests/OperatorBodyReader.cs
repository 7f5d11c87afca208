using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Operating;

namespace DurableAgentTasks.Http.Requests;

/// <summary>Reads what an operator sends along, which may be nothing; all that is wrong with it at once.</summary>
internal static class OperatorBodyReader
{
    private const int MaxReason = 1_000;

    public static (PauseBody Said, IReadOnlyList<RequestError> Errors) Read(JsonElement json, OperatorVerb? verb)
    {
        var errors = new List<RequestError>();
        var said = new PauseBody(Mode: null, Reason: null);
        if (json.ValueKind == JsonValueKind.Object) said = ReadFields(json, verb, errors);
        else if (json.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
        {
            errors.Add(new("$", "must be an object, such as {\"reason\": \"…\"}; or send no body."));
        }

        return (said, errors);
    }

    private static PauseBody ReadFields(JsonElement json, OperatorVerb? verb, List<RequestError> errors)
    {
        string[] known = verb == OperatorVerb.Pause ? ["reason", "mode"] : verb == OperatorVerb.Resume ? ["reason", "checkpointId"] : ["reason"];
        var seen = new HashSet<string>();
        var said = new PauseBody(Mode: null, Reason: null);
        foreach (var property in json.EnumerateObject())
        {
            if (known.FirstOrDefault(name => property.NameEquals(name)) is not { } name)
            {
                errors.Add(new("$", $"has a field that is not known here: only {string.Join(" and ", known.Select(field => $"\"{field}\""))} can be given."));
            }
            else if (!seen.Add(name)) errors.Add(new(name, "is written more than once; keep one."));
            else if (property.Value.ValueKind != JsonValueKind.Null) said = ReadField(said, name, TextOf(property.Value), errors);
        }

        return said;
    }

    private static PauseBody ReadField(PauseBody said, string name, string? text, List<RequestError> errors)
    {
        switch (name)
        {
            case "reason" when text is { Length: <= MaxReason }:
                return said with { Reason = text };
            case "reason":
                errors.Add(new(name, $"must be a text of at most {MaxReason:N0} characters."));
                return said;
            case "mode" when WireName.TryParse<PauseMode>(text, out var mode) && mode != PauseMode.Freeze:
                return said with { Mode = mode };
            case "mode":
                errors.Add(new(name, text == "freeze"
                    ? "\"freeze\" is not carried out by this version: write \"stop\" or \"drain\"."
                    : $"must be one of {WireName.List<PauseMode>()}."));
                return said;
            default:
                errors.Add(new(name, "is not carried out by this version: leave it out, and the task goes on with the tree as it is."));
                return said;
        }
    }

    private static string? TextOf(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair is valid JSON, but no text.
            return null;
        }
    }
}
