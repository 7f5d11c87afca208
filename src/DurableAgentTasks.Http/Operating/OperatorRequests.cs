using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Auth;
using DurableAgentTasks.Http.Endpoints;
using DurableAgentTasks.Http.Problems;
using DurableAgentTasks.Http.Requests;
using DurableAgentTasks.Http.Status;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Operating;

/// <summary>The requests of operators: they differ in the verb and in what may be sent along.</summary>
internal sealed class OperatorRequests(OperatorCommands commands, TimeProvider time)
{
    public async Task<IResult> HandleAsync(OperatorVerb verb, string id, HttpContext context, CancellationToken cancellationToken)
    {
        if (!TaskId.TryParse(id, out var taskId)) return Refusal.NoTaskId();
        var body = await JsonBody.ReadAsync(context.Request, JsonBody.MaxOperatorBytes, optional: true);
        if (body.Refused is { } refused) return refused;
        var (said, errors) = OperatorBodyReader.Read(body.Json, verb.Fields);
        if (errors.Count > 0) return Refusal.InvalidBody(errors);

        var command = said with { By = Caller.Of(context).Name };
        var outcome = await commands.SendAsync(taskId, verb, command, cancellationToken);
        if (outcome is not { Task: { } task, Refused: null }) return outcome.Refused!;
        context.Response.Headers.Location = TaskViews.PathOf(taskId, context.Request.PathBase);
        context.Response.Headers.RetryAfter = "5";
        return Answer.Json(TaskViews.Of(task, time.GetUtcNow(), context.Request), StatusCodes.Status202Accepted);
    }
}
