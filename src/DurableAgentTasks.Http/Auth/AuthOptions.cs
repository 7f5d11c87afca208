using DurableAgentTasks.Core.Json;
using Microsoft.Extensions.Options;

namespace DurableAgentTasks.Http.Auth;

/// <summary>Who may use the API (configuration <c>Auth</c>). Without keys everybody on this machine may, and nobody else.</summary>
public sealed class AuthOptions
{
    public const string Section = "Auth";

    /// <summary>The keys by name; the name stands in timelines for who did something.</summary>
    public Dictionary<string, ApiKeyOptions> Keys { get; } = [];

    /// <summary>For how long the links in the answer to a start are good, 1 minute to 366 days.</summary>
    public TimeSpan LinkLifetime { get; set; } = TimeSpan.FromDays(7);
}

/// <summary>One API key.</summary>
public sealed class ApiKeyOptions
{
    public const int MinLength = 20;

    public const int MaxLength = 512;

    /// <summary>The secret, 20 to 512 printable ASCII characters without spaces.</summary>
    public string Key { get; set; } = "";

    /// <summary><c>reader</c>, <c>operator</c> or <c>admin</c>.</summary>
    public string Role { get; set; } = "";
}

/// <summary>All that is wrong with the keys at once; no message repeats a key.</summary>
internal sealed class AuthOptionsValidation : IValidateOptions<AuthOptions>
{
    public ValidateOptionsResult Validate(string? name, AuthOptions options)
    {
        var errors = options.Keys.SelectMany(entry => ErrorsOf(entry.Key, entry.Value)).ToList();
        errors.AddRange(options.Keys
            .Where(entry => entry.Value.Key.Length > 0)
            .GroupBy(entry => entry.Value.Key)
            .Where(same => same.Count() > 1)
            .Select(same => $"Auth:Keys: {string.Join(" and ", same.Select(entry => entry.Key))} have the same Key; give each its own."));
        if (options.LinkLifetime < TimeSpan.FromMinutes(1) || options.LinkLifetime > TimeSpan.FromDays(366))
        {
            errors.Add($"Auth:LinkLifetime must be 1 minute to 366 days, such as \"7.00:00:00\", not {options.LinkLifetime}.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static IEnumerable<string> ErrorsOf(string name, ApiKeyOptions key)
    {
        var where = $"Auth:Keys:{name}";
        if (name.Length is 0 or > 64 || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-' or '@')))
        {
            yield return $"{where}: name a key with 1 to 64 characters of A-Z, a-z, 0-9, '.', '_', '-' and '@'.";
        }

        if (key.Key.Length is < ApiKeyOptions.MinLength or > ApiKeyOptions.MaxLength || key.Key.Any(c => c is <= ' ' or > '~'))
        {
            yield return $"{where}:Key must be {ApiKeyOptions.MinLength} to {ApiKeyOptions.MaxLength} printable ASCII characters without spaces, such as \"openssl rand -hex 32\" makes them.";
        }

        if (!WireName.TryParse<AccessRole>(key.Role, out _))
        {
            yield return $"{where}:Role must be one of {WireName.List<AccessRole>()}.";
        }
    }
}
