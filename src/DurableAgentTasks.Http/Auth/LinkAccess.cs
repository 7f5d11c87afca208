using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DurableAgentTasks.Http.Auth;

/// <summary>
/// An endpoint that also takes who calls from its address, as Durable Functions' clients have it there: a key as <c>code</c>, or the
/// <c>token</c> of a link.
/// </summary>
/// <param name="Verb">What links to the endpoint are for; <see langword="null"/> if none lead there.</param>
internal sealed record LinkAccess(string? Verb)
{
    public const string Key = "code";

    public const string Token = "token";

    /// <summary>The name of the part of the address that says which task.</summary>
    public const string Instance = "id";

    public static string? Sent(HttpRequest request, string parameter) => request.Query[parameter].ToString() is { Length: > 0 } sent ? sent : null;

    public Caller? Find(HttpContext context, string token, LinkTokens tokens) =>
        Verb is { } verb && context.GetRouteValue(Instance) is string id ? tokens.Find(token, verb, id) : null;
}

internal static class LinkAccessExtensions
{
    public static TBuilder OrByLink<TBuilder>(this TBuilder endpoint, string? verb)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new LinkAccess(verb));
}
