using DurableAgentTasks.Http.Auth;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Management;

/// <summary>What the management API answers a start with. <c>{eventName}</c> and <c>{text}</c> are for the client to fill in.</summary>
public sealed record ManagementUris(
    string Id,
    string StatusQueryGetUri,
    string SendEventPostUri,
    string TerminatePostUri,
    string PurgeHistoryDeleteUri,
    string RestartPostUri,
    string SuspendPostUri,
    string ResumePostUri);

/// <summary>What links of the management API are for: a token is good for one of these.</summary>
internal static class ManagementVerbs
{
    public const string Status = "status";
    public const string RaiseEvent = "raiseEvent";
    public const string Terminate = "terminate";
    public const string Purge = "purge";
    public const string Restart = "restart";
    public const string Suspend = "suspend";
    public const string Resume = "resume";
}

/// <summary>Makes the links to one task's management, each with a token for that alone.</summary>
internal sealed class ManagementLinks(LinkTokens tokens)
{
    public const string Prefix = "/api/durable";

    /// <param name="instanceId">Which task.</param>
    /// <param name="from">When the time of the links begins to run.</param>
    /// <param name="request">Says by which name the client knows the host.</param>
    /// <param name="caller">For whom.</param>
    public ManagementUris Of(string instanceId, DateTimeOffset from, HttpRequest request, Caller caller)
    {
        var self = $"{request.Scheme}://{request.Host}{request.PathBase}{Prefix}/instances/{instanceId}";
        return new(
            instanceId,
            Link("", ManagementVerbs.Status),
            Link("/raiseEvent/{eventName}", ManagementVerbs.RaiseEvent),
            Link("/terminate?reason={text}", ManagementVerbs.Terminate),
            Link("", ManagementVerbs.Purge),
            Link("/restart", ManagementVerbs.Restart),
            Link("/suspend?reason={text}", ManagementVerbs.Suspend),
            Link("/resume?reason={text}", ManagementVerbs.Resume));

        string Link(string tail, string verb)
        {
            var token = tokens.Issue(caller, verb, instanceId, from);
            var more = token is null ? "" : $"{(tail.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{LinkAccess.Token}={Uri.EscapeDataString(token)}";
            return $"{self}{tail}{more}";
        }
    }
}
