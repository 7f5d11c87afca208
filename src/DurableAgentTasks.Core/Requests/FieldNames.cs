namespace DurableAgentTasks.Core.Requests;

/// <summary>The fields an object may have, and advice for those people write instead.</summary>
internal sealed class FieldNames(string[] known, params (string[] Names, string Advice)[] others)
{
    private readonly Dictionary<string, string> _advice = others
        .SelectMany(other => other.Names.Select(name => (name, other.Advice)))
        .ToDictionary(pair => NearestName.Plain(pair.name), pair => pair.Advice);

    public bool Contains(string name) => known.Contains(name);

    /// <summary>What to do about a field that is none of these.</summary>
    public string AdviceFor(string name)
    {
        if (name.Length <= 64 && _advice.TryGetValue(NearestName.Plain(name), out var advice)) return $"There is no such field: {advice}.";
        return NearestName.Of(name, known) is { } near
            ? $"There is no such field. Did you mean \"{near}\"?"
            : $"There is no such field. Known here: {string.Join(", ", known)}.";
    }
}
