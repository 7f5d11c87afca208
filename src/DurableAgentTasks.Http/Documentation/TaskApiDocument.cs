using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace DurableAgentTasks.Http.Documentation;

/// <summary>The OpenAPI document, made from the endpoint table itself.</summary>
internal static class TaskApiDocument
{
    private const string Name = "tasks";

    /// <summary>What records always have, and who sends them may leave out.</summary>
    private static readonly Dictionary<Type, string[]> OptionalFields = new()
    {
        [typeof(Phase)] = ["id"],
        [typeof(Step)] = ["id"],
        [typeof(StepApproval)] = ["default"],
        [typeof(StepRetry)] = ["onExitCodes"],
        [typeof(WebhookRequest)] = ["secret", "events"],
        [typeof(OperatorBody)] = ["reason"],
        [typeof(PauseBody)] = ["mode", "reason"],
        [typeof(ResumeBody)] = ["checkpointId", "reason"],
        [typeof(ExtendBody)] = ["scope", "reason"],
        [typeof(JudgementBody)] = ["stepId", "reason"],
    };

    public static IServiceCollection AddTaskApiDocument(this IServiceCollection services)
    {
        // Schemas are those of the JSON that is really written.
        services.ConfigureHttpJsonOptions(http =>
        {
            http.SerializerOptions.NumberHandling = TaskJson.Options.NumberHandling;
            http.SerializerOptions.Encoder = TaskJson.Options.Encoder;
            foreach (var converter in TaskJson.Options.Converters) http.SerializerOptions.Converters.Add(converter);
        });
        return services.AddOpenApi(Name, options =>
        {
            options.ShouldInclude = description => description.HttpMethod != "HEAD";
            options.AddDocumentTransformer((document, _, _) => Complete(document));
            options.AddOperationTransformer((operation, context, _) => AddRequest(operation, context));
            options.AddSchemaTransformer((schema, context, _) => Shape(schema, context));
        });
    }

    public static async Task<IResult> HandleAsync(
        [FromKeyedServices(Name)] IOpenApiDocumentProvider provider, CancellationToken cancellationToken)
    {
        var document = await provider.GetOpenApiDocumentAsync(cancellationToken);
        return Results.Text(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancellationToken), "application/json; charset=utf-8");
    }

    public static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .Titled("Document", "This document.")
        .Produces<JsonElement>()
        .Refuses();

    private static Task Complete(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "DurableAgentTasks",
            Version = typeof(TaskApiDocument).Assembly.GetName().Version!.ToString(3),
            Description = "Runs long tasks of AI coding agents durably. Errors are application/problem+json. "
                + "Keys are asked for unless the host listens on loopback only and has none.",
        };

        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            ["bearer"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" },
            ["key"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = "x-functions-key" },
        };
        document.Security =
        [
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("bearer", document)] = [] },
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("key", document)] = [] },
        ];
        return Task.CompletedTask;
    }

    private static Task AddRequest(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        foreach (var parameter in context.Description.ActionDescriptor.EndpointMetadata.OfType<DescribedParameter>())
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = parameter.Name,
                In = parameter.In,
                Description = parameter.Description,
                Schema = new OpenApiSchema { Type = parameter.Type },
            });
        }

        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<DescribedBody>().LastOrDefault() is { } body)
        {
            IOpenApiSchema schema = body.Schema is { } name ? new OpenApiSchemaReference(name, context.Document) : new OpenApiSchema();
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = body.Schema is not null,
                Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new() { Schema = schema } },
            };
        }

        return Task.CompletedTask;
    }

    /// <summary>What our converters write, and the exporter cannot know.</summary>
    private static Task Shape(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        var nullable = type == context.JsonTypeInfo.Type ? default : JsonSchemaType.Null;
        if (type == typeof(TimeSpan))
        {
            schema.Type = JsonSchemaType.String | nullable;
            schema.Format = "duration";
            schema.Pattern = null;
        }
        else if (type == typeof(TaskId))
        {
            schema.Type = JsonSchemaType.String | nullable;
            schema.Pattern = "^[a-z0-9][a-z0-9-]{0,62}$";
        }
        else if (type == typeof(TimeoutLimit))
        {
            schema.Type = JsonSchemaType.String | JsonSchemaType.Null;
            schema.Format = "duration";
        }

        if (OptionalFields.TryGetValue(type, out var optional)) schema.Required?.ExceptWith(optional);
        return Task.CompletedTask;
    }
}
