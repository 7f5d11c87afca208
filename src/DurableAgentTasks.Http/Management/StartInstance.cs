using System.Text.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Auth;
using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Endpoints;
using DurableAgentTasks.Http.Problems;
using DurableAgentTasks.Http.Requests;
using DurableAgentTasks.Http.Starting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace DurableAgentTasks.Http.Management;

internal static class StartInstance
{
    /// <summary>In Azure an answer may take 230 s.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(200);

    public static Task<IResult> HandleAsync(string functionName, HttpContext context, InstanceStarts starts, CancellationToken cancellationToken) =>
        HandleNamedAsync(functionName, instanceId: null, context, starts, cancellationToken);

    public static async Task<IResult> HandleNamedAsync(
        string functionName, string? instanceId, HttpContext context, InstanceStarts starts, CancellationToken cancellationToken)
    {
        var query = new QueryReader(context.Request.Query);
        var timeout = query.Number("timeout", 0, int.MaxValue);
        query.Number("pollingInterval", 0, int.MaxValue);
        if (!functionName.Equals(TaskOrchestration.Name, StringComparison.OrdinalIgnoreCase)) query.Fail("functionName", $"must be \"{TaskOrchestration.Name}\"; this host has no other orchestration.");
        var id = default(TaskId);
        if (instanceId is not null && !TaskId.TryParse(instanceId, out id)) query.Fail("instanceId", "must be 1 to 63 characters of a-z, 0-9 and '-', not beginning with '-'; leave it out to have one made up.");
        if (query.Any) return Refusal.InvalidParameters(query.Errors);
        var body = await JsonBody.ReadAsync(context.Request, JsonBody.MaxTaskBytes, optional: false, anyType: true);
        if (body.Refused is { } refused) return refused;
        var wait = timeout is { } seconds ? TimeSpan.FromSeconds(Math.Min(seconds, LongestWait.TotalSeconds)) : default(TimeSpan?);
        return await starts.StartAsync(body.Json, instanceId is null ? null : id, wait, context, cancellationToken);
    }

    public static void Describe(RouteHandlerBuilder endpoint) => Describe(endpoint, "StartInstance", "The id is that of the body, or made up.");

    public static void DescribeNamed(RouteHandlerBuilder endpoint) => Describe(endpoint, "StartNamedInstance", "The id is that of the address, whatever the body says.");

    private static void Describe(RouteHandlerBuilder endpoint, string name, string ids) => endpoint
        .Titled(name, $"Starts the orchestration {TaskOrchestration.Name}, which is a task.", ids)
        .Body(nameof(TaskRequest))
        .Query("timeout", "For how many seconds to wait for its end, at most 200; if it has completed by then the answer is 200 and its output.", number: true)
        .Query("pollingInterval", "Passed over: the answer comes as soon as it has ended.", number: true)
        .Produces<ManagementUris>(StatusCodes.Status202Accepted)
        .Produces<object>()
        .Refuses(400, 409, 413, 422, 429);
}

/// <summary>Starts by the management API, and waits for their ends.</summary>
internal sealed class InstanceStarts(StartRequests requests, ITaskClient client, ManagementLinks links, IHostApplicationLifetime lifetime)
{
    /// <param name="body">The orchestration's input.</param>
    /// <param name="id">Its id; <see langword="null"/> leaves it to the body or chance.</param>
    /// <param name="wait">For how long its end is waited for.</param>
    /// <param name="context">The request.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<IResult> StartAsync(
        JsonElement body, TaskId? id, TimeSpan? wait, HttpContext context, CancellationToken cancellationToken)
    {
        var started = await requests.StartAsync(body, id, context.Request.Headers, cancellationToken);
        if (!started.IsAccepted) return started.Refused;
        var task = started.Task!;
        if (wait is { } longest && await WaitAsync(task.Id, longest, cancellationToken) is { } ended)
        {
            return ended.Status == RuntimeStatus.Completed
                ? Answer.Json(InstanceView.JsonOf(ended.Output))
                : Answer.Json(InstanceView.Of(ended, input: true));
        }

        return Accepted(task.Id, task.CreatedAt, context);
    }

    public IResult Accepted(TaskId id, DateTimeOffset from, HttpContext context)
    {
        var uris = links.Of(id.Value, from, context.Request, Caller.Of(context));
        context.Response.Headers.Location = uris.StatusQueryGetUri;
        context.Response.Headers.RetryAfter = "10";
        return Answer.Json(uris, StatusCodes.Status202Accepted);
    }

    private async Task<OrchestrationInstance?> WaitAsync(TaskId id, TimeSpan longest, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        enough.CancelAfter(longest);
        try
        {
            return await client.WaitAsync(id.Value, enough.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
