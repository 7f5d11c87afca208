using System.Security.Cryptography;
using System.Text;
using DurableAgentTasks.Core.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace DurableAgentTasks.Http.Auth;

/// <summary>Knows callers by their key. Only hashes are kept, and comparing them takes the same time whatever was sent.</summary>
internal sealed class ApiKeys
{
    private const string Bearer = "Bearer ";
    private readonly (byte[] Hash, Caller Caller)[] _keys;

    public ApiKeys(IOptions<AuthOptions> options) =>
        _keys = [.. options.Value.Keys.Select(entry => (Hash(entry.Value.Key), new Caller(entry.Key, RoleOf(entry.Value))))];

    /// <summary>Without keys nobody is asked for one.</summary>
    public bool Any => _keys.Length > 0;

    /// <summary>The key that was sent, if one was.</summary>
    public static string? Sent(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        var key = authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? authorization[Bearer.Length..].Trim()
            : request.Headers["x-functions-key"].ToString();
        return key.Length == 0 ? null : key;
    }

    public Caller? Find(string key)
    {
        var hash = Hash(key);
        Caller? found = null;
        foreach (var known in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, known.Hash)) found = known.Caller;
        }

        return found;
    }

    /// <summary>The caller with the key of this name.</summary>
    public Caller? Named(string name) => Array.Find(_keys, known => known.Caller.Name == name).Caller;

    /// <summary>The hash of the key of this name; <see langword="null"/> if there is none.</summary>
    public byte[]? HashOf(string name) => Array.Find(_keys, known => known.Caller.Name == name).Hash;

    private static AccessRole RoleOf(ApiKeyOptions key) => WireName.TryParse<AccessRole>(key.Role, out var role) ? role : AccessRole.Reader;

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
