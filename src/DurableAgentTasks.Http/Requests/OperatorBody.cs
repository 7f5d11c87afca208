using System.Text.Json;
using DurableAgentTasks.Core.Requests;

namespace DurableAgentTasks.Http.Requests;

/// <summary>What an operator sends along.</summary>
/// <param name="Reason">Why, at most 1,000 characters.</param>
public sealed record OperatorBody(string? Reason)
{
    private const int MaxReason = 1_000;

    /// <summary>Reads a body that may be absent; all that is wrong with it at once.</summary>
    internal static (OperatorBody Body, IReadOnlyList<RequestError> Errors) Read(JsonElement json)
    {
        var errors = new List<RequestError>();
        string? reason = null;
        if (json.ValueKind == JsonValueKind.Object) reason = ReadFields(json, errors);
        else if (json.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null))
        {
            errors.Add(new("$", "must be an object, such as {\"reason\": \"…\"}; or send no body."));
        }

        return (new(reason), errors);
    }

    private static string? ReadFields(JsonElement json, List<RequestError> errors)
    {
        string? reason = null;
        var seen = false;
        foreach (var property in json.EnumerateObject())
        {
            if (!property.NameEquals("reason")) errors.Add(new("$", "has a field that is not known here: only \"reason\" is."));
            else if (seen) errors.Add(new("reason", "is written more than once; keep one."));
            else if (!TryReadReason(property.Value, out reason)) errors.Add(new("reason", $"must be a text of at most {MaxReason:N0} characters."));
            seen |= property.NameEquals("reason");
        }

        return reason;
    }

    private static bool TryReadReason(JsonElement value, out string? reason)
    {
        reason = null;
        if (value.ValueKind == JsonValueKind.Null) return true;
        if (value.ValueKind != JsonValueKind.String) return false;
        try
        {
            reason = value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair is valid JSON, but no text.
            return false;
        }

        return reason!.Length <= MaxReason;
    }
}
