namespace DurableAgentTasks.Core.Requests;

/// <summary>Reads environment variables and the names of secrets. Values are never repeated in messages.</summary>
internal static class EnvironmentReader
{
    public static Dictionary<string, string> Read(JsonField field, TaskRequestLimits limits)
    {
        Dictionary<string, string> variables = [];
        var (count, total) = (0, 0L);
        foreach (var (name, entry) in field.Entries())
        {
            if (++count > limits.EnvironmentVariables) continue;
            // Not under the entry's own path, which would repeat the name: after a '=' may stand a secret.
            if (field.Accept(name, NameFault(name, limits)) is null) continue;
            if (ReadValue(entry, limits) is not { } value) continue;
            total += name.Length + value.Length;
            variables[name] = value;
        }

        if (count > limits.EnvironmentVariables)
        {
            field.Fail($"has {count:N0} variables; at most {limits.EnvironmentVariables:N0} are allowed.");
        }

        if (total > limits.EnvironmentTotal)
        {
            field.Fail(
                $"is {total:N0} characters long, names and values together; at most {limits.EnvironmentTotal:N0} are allowed. "
                + "Put large values into a file of the workspace.");
        }

        return variables;
    }

    public static List<string> ReadSecrets(JsonField field, Dictionary<string, string> environment, TaskRequestLimits limits)
    {
        List<string> secrets = [];
        foreach (var item in field.Items("an array of names", limits.Secrets))
        {
            if (item.String("the name of a secret") is not { } name) continue;
            if (item.Accept(name, SecretFault(name, secrets, environment)) is not null) secrets.Add(name);
        }

        return secrets;
    }

    private static string? NameFault(string name, TaskRequestLimits limits)
    {
        if (name.Length == 0) return "has a variable without a name; name or remove it.";
        if (name.Length > limits.EnvironmentName) return $"has a name of {name.Length:N0} characters; at most {limits.EnvironmentName} are allowed.";
        if (name.Contains('=', StringComparison.Ordinal)) return $"has a name with '=' in it: write {{\"{ShownName(name)}\": \"value\"}}.";
        return name.Any(char.IsControl) ? $"has a name with a control character in it, {Shown.Text(name)}; remove it." : null;
    }

    /// <summary>Who writes a value instead of a name must not find it in an answer: only well-formed names are repeated.</summary>
    private static string? SecretFault(string name, List<string> before, Dictionary<string, string> environment)
    {
        if (Shown.LooksSecret(name)) return "looks like a secret's value: write its name only; the operator's configuration has it.";
        if (!Names.IsSecret(name)) return $"is not allowed: {Names.SecretRule}";
        if (before.Contains(name)) return $"{Shown.Text(name)} is listed twice; keep one.";
        if (!environment.ContainsKey(name)) return null;
        return $"{Shown.Text(name)} also has a value in environment; remove it there, since secrets come from the operator's configuration.";
    }

    private static string ShownName(string name)
    {
        var before = name[..name.IndexOf('=', StringComparison.Ordinal)];
        return Names.IsSecret(before) && !Shown.LooksSecret(before) ? before : "NAME";
    }

    private static string? ReadValue(JsonField entry, TaskRequestLimits limits)
    {
        if (entry.IsNull)
        {
            entry.Fail("must be a string, not null: write \"\" for an empty value, or remove it.");
            return null;
        }

        if (entry.String("a string, in quotes") is not { } value) return null;
        return entry.Accept(value, JsonFieldValues.TextFault(value, limits.EnvironmentValue));
    }
}
