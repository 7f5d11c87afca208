using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Auth;
using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Problems;
using DurableAgentTasks.Http.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Management;

/// <summary>What is told to an instance by the engine itself, past its orchestration.</summary>
internal static class SignalInstance
{
    private const int MaxReason = 1_000;

    public static Task<IResult> SuspendAsync(string id, HttpRequest request, ITaskClient client, CancellationToken cancellationToken) =>
        SendAsync(id, request, reason => client.SuspendAsync(id, reason, cancellationToken));

    public static Task<IResult> ResumeAsync(string id, HttpRequest request, ITaskClient client, CancellationToken cancellationToken) =>
        SendAsync(id, request, reason => client.ResumeAsync(id, reason, cancellationToken));

    public static Task<IResult> TerminateAsync(string id, HttpContext context, ITaskClient client, TerminatedTasks terminated, CancellationToken cancellationToken) =>
        SendAsync(id, context.Request, async reason =>
        {
            var outcome = await client.TerminateAsync(id, reason, cancellationToken);
            if (outcome == OperationOutcome.Accepted && TaskId.TryParse(id, out var task)) terminated.SettleSoon(task, new OperatorCommand(Caller.Of(context).Name, reason));
            return outcome;
        });

    /// <summary>Rewinding replays past failures that were dealt with long since, so no engine of ours offers it.</summary>
    public static async Task<IResult> RewindAsync(string id, ITaskClient client, CancellationToken cancellationToken) =>
        InstanceId.CanBe(id) && await client.GetAsync(id, payloads: false, cancellationToken) is not null ? Refusal.NoRewind() : Refusal.InstanceNotFound();

    public static IResult Answer(OperationOutcome outcome) => outcome switch
    {
        OperationOutcome.Accepted => Results.StatusCode(StatusCodes.Status202Accepted),
        OperationOutcome.NotFound => Refusal.InstanceNotFound(),
        _ => Refusal.InstanceOver(),
    };

    public static void DescribeSuspend(RouteHandlerBuilder endpoint) =>
        Describe(endpoint, "SuspendInstance", "Suspends a task in the engine.", "Events and timers queue until it is resumed here, or told anything by the operations of /api/tasks.");

    public static void DescribeResume(RouteHandlerBuilder endpoint) =>
        Describe(endpoint, "ResumeInstance", "Resumes a task that was suspended in the engine.", "One that is paused stays paused: see POST /api/tasks/{id}/resume.");

    public static void DescribeTerminate(RouteHandlerBuilder endpoint) =>
        Describe(endpoint, "TerminateInstance", "Ends a task in the engine.", "It does nothing more, what runs of it is ended, and it is cancelled. POST /api/tasks/{id}/cancel lets it end in order.");

    public static void DescribeRewind(RouteHandlerBuilder endpoint) => endpoint
        .Titled("RewindInstance", "Is not offered: a failed task is resumed.")
        .Produces(StatusCodes.Status202Accepted)
        .Refuses(404, 501);

    private static void Describe(RouteHandlerBuilder endpoint, string name, string summary, string description) => endpoint
        .Titled(name, summary, description)
        .Query("reason", $"Why, at most {MaxReason} characters.")
        .Produces(StatusCodes.Status202Accepted)
        .Refuses(400, 404, 410);

    private static async Task<IResult> SendAsync(string id, HttpRequest request, Func<string?, Task<OperationOutcome>> send)
    {
        var query = new QueryReader(request.Query);
        var reason = query.Text("reason", MaxReason);
        if (query.Any) return Refusal.InvalidParameters(query.Errors);
        return InstanceId.CanBe(id) ? Answer(await send(reason)) : Refusal.InstanceNotFound();
    }
}
