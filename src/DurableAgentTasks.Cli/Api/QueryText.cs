namespace DurableAgentTasks.Cli.Api;

/// <summary>The parameters of an address; those without a value are left out.</summary>
internal sealed class QueryText : Dictionary<string, string?>
{
    public QueryText()
    {
    }

    public QueryText(QueryText others)
        : base(others)
    {
    }

    public override string ToString()
    {
        var given = this.Where(parameter => parameter.Value is not null)
            .Select(parameter => $"{parameter.Key}={Uri.EscapeDataString(parameter.Value!)}").ToList();
        return given.Count == 0 ? "" : $"?{string.Join('&', given)}";
    }
}
