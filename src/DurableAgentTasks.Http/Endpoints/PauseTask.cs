using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Operating;
using DurableAgentTasks.Http.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Endpoints;

internal static class PauseTask
{
    public static Task<IResult> HandleAsync(string id, HttpContext context, OperatorRequests requests, CancellationToken cancellationToken) =>
        requests.HandleAsync(OperatorVerb.Pause, id, context, cancellationToken);

    public static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .Titled("PauseTask", "Pauses a task.", "An agent that is stopped goes on in its session when the task is resumed; a command runs again. A paused task holds no slot, and its time stands still. Asking again is accepted.")
        .Accepts<PauseBody>(isOptional: true, "application/json")
        .Produces<TaskView>(StatusCodes.Status202Accepted)
        .Refuses(400, 404, 409, 410, 413, 415);
}
