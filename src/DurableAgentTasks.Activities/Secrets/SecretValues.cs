using DurableAgentTasks.Core.Requests;
using Microsoft.Extensions.Configuration;

namespace DurableAgentTasks.Activities.Secrets;

/// <summary>
/// The operator's secrets by name, the section <c>Secrets</c> of the configuration: <c>Secrets:GITHUB_TOKEN</c>. A key vault is one more
/// source of the configuration; its names have no underscores, so <c>Secrets--GITHUB-TOKEN</c> there is <c>GITHUB_TOKEN</c> too.
/// </summary>
public sealed class SecretValues(IConfiguration configuration)
{
    private const string Section = "Secrets";

    /// <summary>What is wrong with the section and how to mend it, without values; empty if nothing is.</summary>
    public IReadOnlyList<string> Validate() =>
    [
        .. configuration.GetSection(Section).GetChildren()
            .Where(static secret => secret.Value is { Length: < SecretMask.ShortestValue })
            .Select(static secret => TooShort(secret.Key)),
    ];

    /// <summary>For the admission of a request: which of the secrets it names this host does not have.</summary>
    public IEnumerable<RequestError> Missing(IReadOnlyList<string> names)
    {
        for (var i = 0; i < names.Count; i++)
            if (Fault(names[i]) is { } fault) yield return new RequestError($"secrets[{i}]", fault);
    }

    /// <summary>The values, which must reach nothing but the environment of the process they are for.</summary>
    public SecretResolution Resolve(IEnumerable<string> names)
    {
        var (values, missing) = (new Dictionary<string, string>(), new List<string>());
        foreach (var name in names)
        {
            if (Fault(name) is { } fault) missing.Add(fault);
            else values[name] = Find(name)!;
        }

        return new SecretResolution(values, missing);
    }

    private string? Fault(string name) => Find(name) switch
    {
        null => $"The secret \"{name}\" is not configured on this host. Its operator sets {Section}:{name} ({Section}__{name} in the environment, {Section}--{name.Replace('_', '-')} in a key vault).",
        { Length: < SecretMask.ShortestValue } => TooShort(name),
        _ => null,
    };

    private string? Find(string name) => configuration[$"{Section}:{name}"] ?? configuration[$"{Section}:{name.Replace('_', '-')}"];

    private static string TooShort(string name) =>
        $"{Section}:{name} is shorter than {SecretMask.ShortestValue} characters, so that it could not be masked in logs; use a longer one.";
}

/// <param name="Values">By name.</param>
/// <param name="Missing">What is wrong with those that have no value; the others are not to be used alone then.</param>
public sealed record SecretResolution(IReadOnlyDictionary<string, string> Values, IReadOnlyList<string> Missing)
{
    public SecretMask ToMask() => SecretMask.Of(Values.Values);

    /// <summary>Says how many, never which values.</summary>
    public override string ToString() => $"{Values.Count} secrets, {Missing.Count} missing";
}
