using System.Text.Json;

namespace DurableAgentTasks.Core.Requests;

/// <summary>An object's fields by name; one that is not there is an absent <see cref="JsonField"/> with the path it would have.</summary>
internal sealed class JsonFields(Dictionary<string, JsonElement> fields, string path, RequestErrors errors)
{
    public JsonField this[string name] =>
        new(fields.TryGetValue(name, out var value) ? value : null, JsonPath.Of(path, name), errors);

    public void Fail(string message) => errors.Add(path, message);
}

internal static class JsonPath
{
    public const string Root = "$";

    /// <summary><c>plan.phases</c>; a name that is no identifier as <c>environment["A B"]</c>.</summary>
    public static string Of(string parent, string name)
    {
        var plain = name.Length is > 0 and <= 64
            && !char.IsAsciiDigit(name[0])
            && name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_')
            && !Shown.LooksSecret(name);
        if (!plain) return $"{parent}[{Shown.Text(name)}]";
        return parent == Root ? name : $"{parent}.{name}";
    }
}
