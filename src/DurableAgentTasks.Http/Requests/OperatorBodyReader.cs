using System.Text.Json;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Operating;

namespace DurableAgentTasks.Http.Requests;

/// <summary>Reads what an operator sends along, which may be nothing; all that is wrong with it at once.</summary>
internal static class OperatorBodyReader
{
    /// <param name="json">The body.</param>
    /// <param name="fields">What can be given.</param>
    public static (OperatorCommand Said, IReadOnlyList<RequestError> Errors) Read(JsonElement json, IReadOnlyList<OperatorField> fields)
    {
        var errors = new List<RequestError>();
        var said = new OperatorCommand(By: null, Reason: null);
        var seen = new HashSet<OperatorField>();
        if (json.ValueKind == JsonValueKind.Object) said = ReadFields(json, fields, seen, errors);
        else if (json.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
        {
            errors.Add(new("$", "must be an object, such as {\"reason\": \"…\"}; or send no body."));
            return (said, errors);
        }

        errors.AddRange(fields.Where(field => field.IsRequired && !seen.Contains(field)).Select(field => new RequestError(field.Name, field.Rule)));
        return (said, errors);
    }

    private static OperatorCommand ReadFields(JsonElement json, IReadOnlyList<OperatorField> fields, HashSet<OperatorField> seen, List<RequestError> errors)
    {
        var said = new OperatorCommand(By: null, Reason: null);
        foreach (var property in json.EnumerateObject())
        {
            if (fields.FirstOrDefault(field => property.NameEquals(field.Name)) is not { } field)
            {
                errors.Add(UnknownName.Error(NameOf(property), [.. fields.Select(known => known.Name)]));
            }
            else if (!seen.Add(field)) errors.Add(new(field.Name, "is written more than once; keep one."));
            else if (property.Value.ValueKind == JsonValueKind.Null && !field.IsRequired) continue;
            else if (TextOf(property.Value) is { } text && field.Read(said, text) is { } more) said = more;
            else errors.Add(new(field.Name, field.Rule));
        }

        return said;
    }

    private static string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            // As in TextOf.
            return "";
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
