using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Auth;

/// <summary>Without keys a host may be reached from its own machine only.</summary>
public static class BindingCheck
{
    /// <summary>Why the host must not start, and how to set a key; <see langword="null"/> if it may.</summary>
    /// <param name="auth">The keys.</param>
    /// <param name="addresses">What the host is about to listen at, such as <c>http://127.0.0.1:7071</c> or <c>http://+:80</c>.</param>
    public static string? ErrorFor(AuthOptions auth, IEnumerable<string> addresses)
    {
        if (auth.Keys.Count > 0) return null;
        var open = addresses.Where(address => !IsLoopback(address)).ToList();
        return open.Count == 0
            ? null
            : $"{string.Join(", ", open)} can be reached from other machines, and no API key is set: anybody there could run commands here. " +
              "Listen at http://127.0.0.1:7071 (--urls), or set a key: Auth__Keys__me__Key=\"$(openssl rand -hex 32)\" and " +
              "Auth__Keys__me__Role=admin in the environment, or \"Auth\": {\"Keys\": {\"me\": {\"Key\": \"…\", \"Role\": \"admin\"}}} in appsettings.json.";
    }

    private static bool IsLoopback(string address)
    {
        try
        {
            var binding = BindingAddress.Parse(address);
            return binding.IsUnixPipe || binding.IsNamedPipe || Loopback.IsName(binding.Host);
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
