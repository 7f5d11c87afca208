using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Auth;
using DurableAgentTasks.Http.Cancelling;
using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Problems;
using DurableAgentTasks.Http.Requests;
using DurableAgentTasks.Http.Status;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Endpoints;

internal static class CancelTask
{
    public static async Task<IResult> HandleAsync(
        string id, HttpContext context, TaskCancels cancels, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!TaskId.TryParse(id, out var taskId)) return Refusal.NoTaskId();
        var body = await JsonBody.ReadAsync(context.Request, JsonBody.MaxOperatorBytes, optional: true);
        if (body.Refused is { } refused) return refused;
        var (operation, errors) = OperatorBody.Read(body.Json);
        if (errors.Count > 0) return Refusal.InvalidBody(errors);

        var outcome = await cancels.CancelAsync(taskId, new OperatorCommand(Caller.Of(context).Name, operation.Reason), cancellationToken);
        if (outcome.Task is not { } task) return Refusal.TaskNotFound(taskId);
        if (!outcome.Accepted)
        {
            return TaskLifecycle.IsTerminal(task.State) ? Refusal.Over(taskId, task.State) : Refusal.WrongState(taskId, task.State, "cancelled now");
        }

        context.Response.Headers.Location = TaskViews.PathOf(taskId, context.Request.PathBase);
        context.Response.Headers.RetryAfter = "5";
        return Answer.Json(TaskViews.Of(task, time.GetUtcNow(), context.Request), StatusCodes.Status202Accepted);
    }

    public static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .Titled("CancelTask", "Cancels a task.", "Also one that failed. It is cancelled once every process of it is gone; asking again until then is accepted.")
        .Accepts<OperatorBody>(isOptional: true, "application/json")
        .Produces<TaskView>(StatusCodes.Status202Accepted)
        .Refuses(400, 404, 409, 410, 413, 415);
}
