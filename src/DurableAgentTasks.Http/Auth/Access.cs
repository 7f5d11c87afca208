using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Http.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Auth;

/// <summary>What an endpoint asks of its caller; an endpoint that says nothing asks for an admin.</summary>
/// <param name="Role"><see langword="null"/>: nothing, not even a key.</param>
internal sealed record Access(AccessRole? Role)
{
    public static readonly Access Anybody = new(Role: null);
}

internal static class AccessExtensions
{
    public static TBuilder For<TBuilder>(this TBuilder endpoint, AccessRole role)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new Access(role));

    public static TBuilder ForAnybody<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(Access.Anybody);
}

/// <summary>Lets only those through to an endpoint who may use it.</summary>
internal sealed class AccessMiddleware(RequestDelegate next, ApiKeys keys, LinkTokens tokens)
{
    public Task InvokeAsync(HttpContext context)
    {
        var refused = Admit(context);
        return refused is null ? next(context) : refused.ExecuteAsync(context);
    }

    private ProblemResult? Admit(HttpContext context)
    {
        if (!keys.Any)
        {
            context.Features.Set(Caller.Local);
            return null;
        }

        var endpoint = context.GetEndpoint()?.Metadata;
        var needed = (endpoint?.GetMetadata<Access>() ?? new Access(AccessRole.Admin)).Role;
        var link = endpoint?.GetMetadata<LinkAccess>();
        var sent = ApiKeys.Sent(context.Request) ?? (link is null ? null : LinkAccess.Sent(context.Request, LinkAccess.Key));
        var token = sent is null && link is not null ? LinkAccess.Sent(context.Request, LinkAccess.Token) : null;
        var caller = sent is not null ? keys.Find(sent) : token is not null ? link!.Find(context, token, tokens) : null;
        if (caller is not null) context.Features.Set(caller);
        if (needed is not { } role) return null;
        if (caller is null) return token is not null ? Refusal.LinkInvalid() : Refusal.Unauthorized(wrongKey: sent is not null);
        return caller.Role >= role ? null : Refusal.Forbidden(WireName.Of(role), WireName.Of(caller.Role));
    }
}
