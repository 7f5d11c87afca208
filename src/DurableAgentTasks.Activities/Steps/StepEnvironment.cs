using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>
/// The environment of a step: the host's own without the service's configuration, which may hold keys, and without what Azure gives the
/// app to be itself; what the request gives; the secrets it names; which task and step it is, and in which trace
/// (https://opentelemetry.io/docs/specs/otel/context/env-carriers).
/// </summary>
internal static class StepEnvironment
{
    private static readonly string[] ConfigurationSections =
        ["Agents", "Auth", "Azure", "Checkpoints", "ConnectionStrings", "Kestrel", "Secrets", "Storage", "Timeouts", "Workspaces"];

    /// <summary>
    /// Of ASP.NET Core, of the Functions host, of telemetry with its key, of the managed identity, whose token may do what the app may
    /// (https://learn.microsoft.com/azure/app-service/overview-managed-identity), and of the keys of App Service and of its containers.
    /// </summary>
    private static readonly string[] OfTheApp =
    [
        "ASPNETCORE_", "AzureWebJobs", "APPLICATIONINSIGHTS_", "APPINSIGHTS_", "OTEL_EXPORTER_OTLP_HEADERS", "IDENTITY_", "MSI_", "WEBSITE_AUTH_",
        "CONTAINER_ENCRYPTION_KEY",
    ];

    public static IReadOnlyDictionary<string, string?> Of(
        TaskRecord record, string stepId, IReadOnlyDictionary<string, string> secrets, StepTrace trace)
    {
        var variables = new Dictionary<string, string?>();
        foreach (string name in Environment.GetEnvironmentVariables().Keys)
        {
            if (IsConfiguration(name)) variables[name] = null;
        }

        (variables["TRACEPARENT"], variables["TRACESTATE"]) = (trace.Parent, trace.State);
        foreach (var (name, value) in record.Request.Environment) variables[name] = value;
        foreach (var (name, value) in secrets) variables[name] = value;
        variables["DAT_TASK"] = record.Id.Value;
        variables["DAT_STEP"] = stepId;
        return variables;
    }

    private static bool IsConfiguration(string name)
    {
        if (OfTheApp.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))) return true;

        // The host reads what begins with DOTNET_ without it too; DOTNET_ROOT and its like are the steps' as well.
        var setting = name.StartsWith("DOTNET_", StringComparison.OrdinalIgnoreCase) ? name["DOTNET_".Length..] : name;
        return ConfigurationSections.Any(section =>
            setting.StartsWith(section + "__", StringComparison.OrdinalIgnoreCase) || setting.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase));
    }
}
