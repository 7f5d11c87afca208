using System.Text.Json;

namespace DurableAgentTasks.Core.Requests;

/// <summary>
/// A place in a body, there or not. Reading it never throws, whatever the JSON: what is wrong is recorded under its path.
/// </summary>
internal readonly struct JsonField(JsonElement? value, string path, RequestErrors errors)
{
    public string Path => path;

    /// <summary>Not written, or written as <c>null</c>: the same, but for <see cref="IsNull"/>.</summary>
    public bool IsAbsent => value is null || IsNull;

    public bool IsNull => value?.ValueKind == JsonValueKind.Null;

    public void Fail(string message) => errors.Add(path, message);

    /// <summary>This field, with an error if it is absent.</summary>
    public JsonField Required(string howTo)
    {
        if (IsAbsent) Fail($"is missing: {howTo}");
        return this;
    }

    /// <summary>An error if this field is there.</summary>
    public void Unwanted(string why)
    {
        if (!IsAbsent) Fail(why);
    }

    /// <summary>The fields of an object, each of them known and written once.</summary>
    public JsonFields? Object(FieldNames names)
    {
        if (!IsOf("an object", JsonValueKind.Object)) return null;
        Dictionary<string, JsonElement> fields = [];
        foreach (var (name, field) in Entries())
        {
            if (!names.Contains(name)) field.Fail(names.AdviceFor(name));
            else fields[name] = field.Value;
        }

        return new(fields, path, errors);
    }

    /// <summary>The members of an object whose names are the client's; nothing if it is none.</summary>
    public IEnumerable<(string Name, JsonField Field)> Entries()
    {
        if (!IsOf("an object", JsonValueKind.Object)) yield break;
        HashSet<string> names = [];
        foreach (var property in Value.EnumerateObject())
        {
            if (NameOf(property) is not { } name)
            {
                Fail("has a field whose name is not valid Unicode (half of a surrogate pair); remove it.");
                continue;
            }

            var field = new JsonField(property.Value, JsonPath.Of(path, name), errors);
            if (names.Add(name)) yield return (name, field);
            else field.Fail("is written more than once; keep one.");
        }
    }

    /// <summary>The items of an array, at most so many; nothing if it is none.</summary>
    /// <param name="what">Such as "an array of steps".</param>
    /// <param name="max">Beyond these none is read.</param>
    public IEnumerable<JsonField> Items(string what, int max)
    {
        if (!IsOf(what, JsonValueKind.Array)) yield break;
        var length = Value.GetArrayLength();
        if (length > max) Fail($"has {length:N0} items; at most {max:N0} are allowed.");
        var index = 0;
        foreach (var item in Value.EnumerateArray().Take(max))
        {
            var field = new JsonField(item, $"{path}[{index++}]", errors);
            if (field.IsNull) field.Fail("must not be null; remove it.");
            else yield return field;
        }
    }

    public JsonElement Value => value.GetValueOrDefault();

    /// <summary>Whether the value is there and of this kind; of another one is an error.</summary>
    public bool IsOf(string what, JsonValueKind kind)
    {
        if (IsAbsent) return false;
        if (Value.ValueKind == kind) return true;
        Fail($"must be {what}, not {KindName()}.");
        return false;
    }

    public string KindName() => Value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "nothing",
    };

    private static string? NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            // An escape such as \ud800 without its other half is valid JSON, but no text.
            return null;
        }
    }
}
