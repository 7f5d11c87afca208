using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Http.Auth;
using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;

namespace DurableAgentTasks.Http.Requests;

/// <summary>
/// Refuses parameters of an address that its endpoint does not describe: passed over, a typo would answer another question than was asked.
/// Where clients of Durable Functions call, whatever they send is taken; and where there are no parameters nothing can be meant by one.
/// </summary>
internal sealed class KnownParametersMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var errors = ErrorsIn(context);
        return errors.Count == 0 ? next(context) : Refusal.InvalidParameters(errors).ExecuteAsync(context);
    }

    private static List<RequestError> ErrorsIn(HttpContext context)
    {
        if (context.Request.Query.Count == 0 || !context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)) return [];
        if (context.GetEndpoint() is not { } endpoint || endpoint.Metadata.GetMetadata<Access>() is null || endpoint.Metadata.GetMetadata<LinkAccess>() is not null) return [];
        var known = endpoint.Metadata.OfType<DescribedParameter>().Where(parameter => parameter.In == ParameterLocation.Query).Select(parameter => parameter.Name).ToList();
        if (known.Count == 0) return [];
        return [.. context.Request.Query.Keys.Where(name => !known.Contains(name, StringComparer.OrdinalIgnoreCase)).Select(name => UnknownName.Error(name, known))];
    }
}
