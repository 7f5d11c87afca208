using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Auth;
using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Operating;
using DurableAgentTasks.Http.Problems;
using DurableAgentTasks.Http.Requests;
using DurableAgentTasks.Http.Starting;
using DurableAgentTasks.Storage.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Management;

internal static class RestartInstance
{
    private const string NewId = "restartWithNewInstanceId";

    public static async Task<IResult> HandleAsync(string id, HttpContext context, InstanceRestarts restarts, CancellationToken cancellationToken)
    {
        var query = new QueryReader(context.Request.Query);
        var anew = query.Flag(NewId, true);
        if (query.Any) return Refusal.InvalidParameters(query.Errors);
        if (!TaskId.TryParse(id, out var task)) return Refusal.InstanceNotFound();
        return anew ? await restarts.BeginAnewAsync(task, context, cancellationToken) : await restarts.GoOnAsync(task, context, cancellationToken);
    }

    public static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .Titled("RestartInstance", "Starts a task of the same request, under an id that is made up.")
        .Query(NewId, "false: the task itself goes on, which one that failed can; true if not given.")
        .Produces<ManagementUris>(StatusCodes.Status202Accepted)
        .Refuses(400, 404, 409, 429);
}

/// <summary>The two ways of doing again what was asked for.</summary>
internal sealed class InstanceRestarts(TaskStore store, ITaskClient client, InstanceStarts starts, OperatorCommands commands)
{
    /// <summary>A new task of the same request. The engine's input is no longer the request once the orchestration has continued as new.</summary>
    public async Task<IResult> BeginAnewAsync(TaskId id, HttpContext context, CancellationToken cancellationToken)
    {
        if (await client.GetAsync(id.Value, payloads: true, cancellationToken) is not { } instance) return Refusal.InstanceNotFound();
        var body = await store.ReadStartAsync(id, cancellationToken) is { } start ? start.Request : InstanceView.JsonOf(instance.Input);
        return body is { } request
            ? await starts.StartAsync(request, MadeUpId.Random(), wait: null, context, cancellationToken)
            : Refusal.InstanceNotFound();
    }

    /// <summary>The same task's next generation, which is what resuming a failed one is.</summary>
    public async Task<IResult> GoOnAsync(TaskId id, HttpContext context, CancellationToken cancellationToken)
    {
        if (await client.GetAsync(id.Value, payloads: false, cancellationToken) is not { } instance) return Refusal.InstanceNotFound();
        if (instance.Status != RuntimeStatus.Failed) return Refusal.CannotBeginAgain(id, instance.Status.ToString());
        var outcome = await commands.SendAsync(id, OperatorVerb.Resume, new OperatorCommand(Caller.Of(context).Name, "Restarted."), cancellationToken);
        return outcome is { Task: { } task, Refused: null } ? starts.Accepted(id, task.CreatedAt, context) : Refusal.CannotBeginAgain(id, instance.Status.ToString());
    }
}
