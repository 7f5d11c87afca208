using DurableAgentTasks.Http.Auth;
using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DurableAgentTasks.Http.Management;

/// <summary>The management API of Durable Functions, for whoever has a key of ours or a link that was made with one.</summary>
public static class ManagementApi
{
    /// <summary>Where Durable Functions has its own.</summary>
    private const string NativePrefix = "/runtime/webhooks/durabletask";

    /// <summary>
    /// The same operations where Durable Functions has its own, for the clients and scripts that look for them there. A host that runs on
    /// Durable Functions does not map them: there they are the platform's.
    /// </summary>
    public static IEndpointRouteBuilder MapNativeManagementApi(this IEndpointRouteBuilder endpoints)
    {
        Map(endpoints, NativePrefix, (endpoint, _) => endpoint.ExcludeFromDescription());
        return endpoints;
    }

    internal static IServiceCollection AddManagementApi(this IServiceCollection services) => services
        .AddSingleton<LinkTokens>()
        .AddSingleton<ManagementLinks>()
        .AddSingleton<InstanceStarts>()
        .AddSingleton<InstanceRestarts>()
        .AddSingleton<InstancePurges>()
        .AddSingleton<TerminatedTasks>()
        .AddSingleton<LostTasks>()
        .AddSingleton<PurgedTasks>();

    internal static IEndpointRouteBuilder MapManagementApi(this IEndpointRouteBuilder endpoints)
    {
        Map(endpoints, ManagementLinks.Prefix, (endpoint, describe) => endpoint.Describe(describe));
        return endpoints;
    }

    private static void Map(IEndpointRouteBuilder endpoints, string prefix, Action<RouteHandlerBuilder, Action<RouteHandlerBuilder>> described)
    {
        var routes = endpoints.MapGroup(prefix);
        Add("POST", "/orchestrators/{functionName}", StartInstance.HandleAsync, AccessRole.Operator, null, StartInstance.Describe);
        Add("POST", "/orchestrators/{functionName}/{instanceId}", StartInstance.HandleNamedAsync, AccessRole.Operator, null, StartInstance.DescribeNamed);
        Add("GET", "/instances", ListInstances.HandleAsync, AccessRole.Reader, null, ListInstances.Describe);
        Add("DELETE", "/instances", PurgeInstances.HandleSomeAsync, AccessRole.Admin, null, PurgeInstances.DescribeSome);
        Add("GET", "/instances/{id}", ShowInstance.HandleAsync, AccessRole.Reader, ManagementVerbs.Status, ShowInstance.Describe);
        Add("DELETE", "/instances/{id}", PurgeInstances.HandleAsync, AccessRole.Admin, ManagementVerbs.Purge, PurgeInstances.Describe);
        Add("POST", "/instances/{id}/raiseEvent/{eventName}", RaiseEvent.HandleAsync, AccessRole.Operator, ManagementVerbs.RaiseEvent, RaiseEvent.Describe);
        Add("POST", "/instances/{id}/terminate", SignalInstance.TerminateAsync, AccessRole.Operator, ManagementVerbs.Terminate, SignalInstance.DescribeTerminate);
        Add("POST", "/instances/{id}/suspend", SignalInstance.SuspendAsync, AccessRole.Operator, ManagementVerbs.Suspend, SignalInstance.DescribeSuspend);
        Add("POST", "/instances/{id}/resume", SignalInstance.ResumeAsync, AccessRole.Operator, ManagementVerbs.Resume, SignalInstance.DescribeResume);
        Add("POST", "/instances/{id}/restart", RestartInstance.HandleAsync, AccessRole.Operator, ManagementVerbs.Restart, RestartInstance.Describe);
        Add("POST", "/instances/{id}/rewind", SignalInstance.RewindAsync, AccessRole.Operator, null, SignalInstance.DescribeRewind);

        // Durable Functions answers a method it does not know with 404 too.
        routes.Map("/{**rest}", static IResult () => Refusal.RouteNotFound()).For(AccessRole.Reader).OrByLink(null).ExcludeFromDescription();

        void Add(string method, string pattern, Delegate handler, AccessRole role, string? linkedFor, Action<RouteHandlerBuilder> describe) =>
            described(routes.MapMethods(pattern, [method], handler).For(role).OrByLink(linkedFor), describe);
    }
}
