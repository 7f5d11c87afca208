using DurableAgentTasks.Core.Requests;

namespace DurableAgentTasks.Http.Requests;

/// <summary>What is said of a field or parameter that is not known.</summary>
internal static class UnknownName
{
    private const int Longest = 64;

    /// <summary>It is named if it looks like a name: anything else may be a secret in the wrong place, or harm who prints it.</summary>
    public static RequestError Error(string name, IReadOnlyCollection<string> known)
    {
        var isName = name.Length is > 0 and <= Longest && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');
        var only = $"only {string.Join(" and ", known.Select(one => $"\"{one}\""))} can be given.";
        return isName ? new(name, $"is not known here: {only}") : new("$", $"has a name that is not known here: {only}");
    }
}
