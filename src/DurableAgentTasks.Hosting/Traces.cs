using DurableAgentTasks.Activities.Tasks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace DurableAgentTasks.Hosting;

/// <summary>
/// OpenTelemetry: a span for each request, each activity and each attempt of a step, sent to the collector that <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names;
/// without it nothing is traced. The other settings are the standard's:
/// https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables
/// </summary>
internal static class Traces
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <exception cref="StartRefusedException">The address of the collector is none.</exception>
    public static IServiceCollection AddTraces(this IServiceCollection services, IConfiguration configuration)
    {
        if (configuration[Endpoint] is not { Length: > 0 } endpoint) return services;
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new StartRefusedException($"{Endpoint}: \"{endpoint}\" is no address of a collector; give one such as http://localhost:4317, or none to trace nothing.");
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(configuration["OTEL_SERVICE_NAME"] ?? "durable-agent-tasks"))
            .WithTracing(traces => traces.AddAspNetCoreInstrumentation().AddSource(TaskTraces.SourceName).AddOtlpExporter());
        return services;
    }
}
