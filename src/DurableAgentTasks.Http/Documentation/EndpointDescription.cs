using DurableAgentTasks.Http.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;

namespace DurableAgentTasks.Http.Documentation;

/// <summary>A parameter an endpoint reads by itself, so that it can name everything wrong with all of them.</summary>
internal sealed record DescribedParameter(string Name, ParameterLocation In, string Description, JsonSchemaType Type);

/// <summary>
/// The JSON an endpoint reads whatever its Content-Type says; <c>Accepts</c> would have the framework refuse other types before the
/// endpoint is asked.
/// </summary>
/// <param name="Schema">Its name in the document; <see langword="null"/> for any JSON.</param>
internal sealed record DescribedBody(string? Schema);

/// <summary>The words in which endpoints describe themselves for the document.</summary>
internal static class EndpointDescription
{
    /// <summary>What any request may be answered with: no key, no role or a foreign origin, a foreign host, a fault, no room.</summary>
    private static readonly int[] Common = [401, 403, 421, 500, 503];

    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder endpoint, Action<RouteHandlerBuilder> describe)
    {
        describe(endpoint);
        return endpoint;
    }

    public static RouteHandlerBuilder Titled(this RouteHandlerBuilder endpoint, string name, string summary, string? description = null)
    {
        endpoint.WithName(name).WithSummary(summary).WithTags("Tasks");
        return description is null ? endpoint : endpoint.WithDescription(description);
    }

    public static RouteHandlerBuilder Query(this RouteHandlerBuilder endpoint, string name, string description, bool number = false) =>
        endpoint.WithMetadata(new DescribedParameter(
            name, ParameterLocation.Query, description, number ? JsonSchemaType.Integer : JsonSchemaType.String));

    public static RouteHandlerBuilder Body(this RouteHandlerBuilder endpoint, string? schema = null) => endpoint.WithMetadata(new DescribedBody(schema));

    public static RouteHandlerBuilder Header(this RouteHandlerBuilder endpoint, string name, string description) =>
        endpoint.WithMetadata(new DescribedParameter(name, ParameterLocation.Header, description, JsonSchemaType.String));

    public static RouteHandlerBuilder Paged(this RouteHandlerBuilder endpoint, int defaultTop, int maxTop) => endpoint
        .Query("top", $"At most so many to a page, 1 to {maxTop}; {defaultTop} if not given.", number: true)
        .Query("continuationToken", "From the page before; begins if not given.");

    /// <summary>The problems it answers with, beside those any request may meet.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params int[] statuses)
    {
        foreach (var status in statuses.Union(Common)) endpoint.Produces<Problem>(status, Problem.ContentType);
        return endpoint;
    }
}
