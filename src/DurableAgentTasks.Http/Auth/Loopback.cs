using System.Net;
using DurableAgentTasks.Http.Problems;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Auth;

/// <summary>
/// While there are no keys, keeps out the web pages this machine's browser shows: one that reaches us through a name of its own
/// (DNS rebinding) is told by <c>Host</c>, one that calls us from elsewhere by <c>Origin</c>.
/// </summary>
internal sealed class LoopbackMiddleware(RequestDelegate next, ApiKeys keys)
{
    public Task InvokeAsync(HttpContext context)
    {
        var refused = keys.Any ? null : Check(context.Request);
        return refused is null ? next(context) : refused.ExecuteAsync(context);
    }

    private static ProblemResult? Check(HttpRequest request)
    {
        if (!Loopback.IsName(request.Host.Host)) return Refusal.ForeignHost();
        var origins = request.Headers.Origin;
        if (origins.Count == 0) return null;
        var own = $"{request.Scheme}://{request.Host.Value}";
        return origins.Count == 1 && string.Equals(origins[0], own, StringComparison.OrdinalIgnoreCase) ? null : Refusal.ForeignOrigin();
    }
}

internal static class Loopback
{
    /// <summary>Whether a host name or address, as it stands in a URL, is this machine's own and no other's.</summary>
    public static bool IsName(string host)
    {
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase)) return true;
        var address = host is ['[', .. var inner, ']'] ? inner : host;

        // IPAddress also reads "127.1" and "2130706433"; a browser sends neither.
        return IPAddress.TryParse(address, out var ip)
            && IPAddress.IsLoopback(ip)
            && (ip.ToString() == address || ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6);
    }
}
