using System.Globalization;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Requests;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Requests;

/// <summary>Reads the parameters of an address and collects what is wrong with them.</summary>
internal sealed class QueryReader(IQueryCollection query)
{
    private readonly List<RequestError> _errors = [];

    public IReadOnlyList<RequestError> Errors => _errors;

    public bool Any => _errors.Count > 0;

    public bool Has(string name) => query.ContainsKey(name);

    public void Fail(string name, string message) => _errors.Add(new(name, message));

    /// <summary>A text of at most <paramref name="maxLength"/> characters without control characters.</summary>
    public string? Text(string name, int maxLength)
    {
        if (Single(name) is not { } text) return null;
        if (text.Length <= maxLength && !text.Any(char.IsControl)) return text;
        Fail(name, $"must be a text of at most {maxLength:N0} characters without control characters.");
        return null;
    }

    public long? Number(string name, long min, long max)
    {
        if (Single(name) is not { } text) return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max) return number;
        Fail(name, max == long.MaxValue ? $"must be a whole number, {min:N0} or above." : $"must be a whole number from {min:N0} to {max:N0}.");
        return null;
    }

    /// <summary><c>true</c> or <c>false</c>, in any case.</summary>
    public bool Flag(string name, bool otherwise)
    {
        if (Single(name) is not { } text) return otherwise;
        if (bool.TryParse(text, out var value)) return value;
        Fail(name, "must be true or false.");
        return otherwise;
    }

    public DateTimeOffset? Time(string name)
    {
        if (Single(name) is not { } text) return null;
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        string[] formats = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

        // A "+" that was not escaped has become a space.
        if (DateTimeOffset.TryParseExact(text.Replace(' ', '+'), formats, CultureInfo.InvariantCulture, Utc, out var time)) return time;
        Fail(name, "must be a time in ISO 8601, such as 2030-01-31 or 2030-01-31T09:30:00Z.");
        return null;
    }

    public TEnum? OneOf<TEnum>(string name)
        where TEnum : struct, Enum
    {
        if (Single(name) is not { } text) return null;
        if (WireName.TryParse<TEnum>(text, out var value)) return value;
        Fail(name, $"must be one of {WireName.List<TEnum>()}.");
        return null;
    }

    /// <summary>Names with commas between; empty if the parameter is not there.</summary>
    public IReadOnlyList<TEnum> SomeOf<TEnum>(string name)
        where TEnum : struct, Enum
    {
        if (Single(name) is not { } text) return [];
        var values = new HashSet<TEnum>();
        foreach (var part in text.Split(','))
        {
            if (WireName.TryParse<TEnum>(part.Trim(), out var value))
            {
                values.Add(value);
                continue;
            }

            Fail(name, $"must be one or more of {WireName.List<TEnum>()}, with commas between.");
            return [];
        }

        return [.. values];
    }

    private string? Single(string name)
    {
        if (!query.TryGetValue(name, out var values)) return null;
        if (values.Count == 1) return values[0];
        Fail(name, "is given more than once; keep one.");
        return null;
    }
}
