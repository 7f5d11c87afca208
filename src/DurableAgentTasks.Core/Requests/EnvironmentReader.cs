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
            if (!HasGoodName(field, name, limits)) continue;
            if (ReadValue(entry, limits) is not { } value) continue;
            total += name.Length + value.Length;
            variables[name] = value;
        }

        if (count > limits.EnvironmentVariables) field.Fail($"has {count:N0} variables; at most {limits.EnvironmentVariables:N0} are allowed.");
        if (total > limits.EnvironmentTotal)
        {
            field.Fail($"is {total:N0} characters long, names and values together; at most {limits.EnvironmentTotal:N0} are allowed. Put large values into a file of the workspace.");
        }

        return variables;
    }

    public static List<string> ReadSecrets(JsonField field, Dictionary<string, string> environment, TaskRequestLimits limits)
    {
        List<string> secrets = [];
        foreach (var item in field.Items("an array of names", limits.Secrets))
        {
            if (item.String("the name of a secret") is not { } name) continue;
            // Not item.Name(): who writes a value instead of a name must not find it in a log.
            if (Shown.LooksSecret(name)) item.Fail("looks like a secret's value: write its name only; the operator's configuration has the value.");
            else if (!Names.IsSecret(name)) item.Fail($"is not allowed: {Names.SecretRule}");
            else if (secrets.Contains(name)) item.Fail($"{Shown.Text(name)} is listed twice; keep one.");
            else if (environment.ContainsKey(name)) item.Fail($"{Shown.Text(name)} also has a value in environment; remove it there, since secrets come from the operator's configuration.");
            else secrets.Add(name);
        }

        return secrets;
    }

    private static bool HasGoodName(JsonField field, string name, TaskRequestLimits limits)
    {
        // Not under the entry's own path: before and after '=' may stand a secret.
        if (name.Length == 0) field.Fail("has a variable without a name; name or remove it.");
        else if (name.Length > limits.EnvironmentName) field.Fail($"has a name of {name.Length:N0} characters; at most {limits.EnvironmentName:N0} are allowed.");
        else if (name.Contains('=', StringComparison.Ordinal)) field.Fail($"has a name with '=' in it: write {{\"{ShownName(name)}\": \"value\"}}.");
        else if (name.Any(char.IsControl)) field.Fail($"has a name with a control character in it, {Shown.Text(name)}; remove it.");
        else return true;
        return false;
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
        if (value.Length > limits.EnvironmentValue) entry.Fail($"is {value.Length:N0} characters long; at most {limits.EnvironmentValue:N0} are allowed.");
        else if (value.Contains('\0', StringComparison.Ordinal)) entry.Fail("contains a NUL character (U+0000); remove it.");
        else return value;
        return null;
    }
}
