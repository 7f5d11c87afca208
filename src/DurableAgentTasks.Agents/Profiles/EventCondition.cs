using System.Text;
using DurableAgentTasks.Agents.StreamJson;

namespace DurableAgentTasks.Agents.Profiles;

/// <summary>One condition of a rule, compared with the bytes of the line as they stand.</summary>
internal sealed record EventCondition(int Path, bool PerElement, bool Negated, EventCondition.Pattern[] Patterns)
{
    /// <exception cref="FormatException">It is not written as <see cref="EventRule.When"/> says.</exception>
    public static EventCondition[] ParseAll(string? conditions, FieldPaths paths) =>
        conditions is null ? [] : [.. conditions.Split(" & ").Select(condition => Parse(condition, paths))];

    public bool Holds(LineFields line, int element)
    {
        for (var at = line.First(Path); at >= 0; at = line.Values[at].Next)
        {
            ref readonly var value = ref line.Values[at];
            if (PerElement && value.Element != element) continue;
            var raw = value.Raw(line.Json);
            foreach (var pattern in Patterns)
            {
                if (pattern.Beginning ? raw.StartsWith(pattern.Text) : raw.SequenceEqual(pattern.Text)) return !Negated;
            }
        }

        return Negated;
    }

    private static EventCondition Parse(string condition, FieldPaths paths)
    {
        var equals = condition.IndexOf('=');
        if (equals < 1) throw new FormatException($"'{condition}' is no condition; write path=value or path!=value.");
        var negated = condition[equals - 1] == '!';
        var path = condition[..(negated ? equals - 1 : equals)].Trim();
        var patterns = condition[(equals + 1)..].Split('|').Select(value =>
            value.EndsWith('*') ? new Pattern(Encoding.UTF8.GetBytes(value[..^1]), Beginning: true) : new Pattern(Encoding.UTF8.GetBytes(value), Beginning: false));
        return new EventCondition(paths.Add(path), path.Contains("[]", StringComparison.Ordinal), negated, [.. patterns]);
    }

    internal sealed record Pattern(byte[] Text, bool Beginning);
}
