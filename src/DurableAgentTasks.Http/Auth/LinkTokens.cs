using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace DurableAgentTasks.Http.Auth;

/// <summary>
/// The tokens of links: for whom, one task, one verb, and until when. They are signed with the key of whoever they were made for, so
/// that every host with the same keys knows them, none need be stored, and changing a key ends its links.
/// </summary>
internal sealed class LinkTokens(ApiKeys keys, IOptions<AuthOptions> options, TimeProvider time)
{
    // A link is handed on: who has one and guesses keys shall not get far.
    private const int Iterations = 100_000;
    private const int MaxLength = 256;

    private static readonly byte[] Salt = "DurableAgentTasks.Links"u8.ToArray();

    private readonly ConcurrentDictionary<string, Lazy<byte[]>> _signingKeys = new();

    /// <returns><see langword="null"/> if the host has no keys and so asks for none.</returns>
    /// <param name="caller">For whom: the link lets nobody do what they may not.</param>
    /// <param name="verb">What the link is for.</param>
    /// <param name="instanceId">Which task.</param>
    /// <param name="from">When its time begins to run.</param>
    public string? Issue(Caller caller, string verb, string instanceId, DateTimeOffset from)
    {
        if (keys.HashOf(caller.Name) is not { } key) return null;
        var expires = (from + options.Value.LinkLifetime).ToUnixTimeSeconds();
        return string.Create(
            CultureInfo.InvariantCulture, $"{expires:x}.{caller.Name}.{Base64Url.EncodeToString(Sign(key, caller.Name, verb, instanceId, expires))}");
    }

    /// <summary>For whom the token was made; <see langword="null"/> if it was not made here, for something else, or has expired.</summary>
    public Caller? Find(string token, string verb, string instanceId)
    {
        var (first, last) = (token.IndexOf('.', StringComparison.Ordinal), token.LastIndexOf('.'));
        if (token.Length > MaxLength || first == last) return null;
        if (!long.TryParse(token.AsSpan(0, first), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var expires)) return null;
        var name = token[(first + 1)..last];
        if (keys.Named(name) is not { } caller || keys.HashOf(name) is not { } key) return null;
        var expected = Base64Url.EncodeToString(Sign(key, name, verb, instanceId, expires));
        var signed = CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(token[(last + 1)..]));
        return signed && time.GetUtcNow().ToUnixTimeSeconds() < expires ? caller : null;
    }

    private byte[] Sign(byte[] key, string name, string verb, string instanceId, long expires)
    {
        var signing = _signingKeys.GetOrAdd(name, _ => new(() => Rfc2898DeriveBytes.Pbkdf2(key, Salt, Iterations, HashAlgorithmName.SHA256, 32))).Value;

        // The only part of any length comes last.
        return HMACSHA256.HashData(signing, Encoding.UTF8.GetBytes($"{expires}\n{name}\n{verb}\n{instanceId}"));
    }
}
