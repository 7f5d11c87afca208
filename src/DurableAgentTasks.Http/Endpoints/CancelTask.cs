using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Operating;
using DurableAgentTasks.Http.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Endpoints;

internal static class CancelTask
{
    public static Task<IResult> HandleAsync(string id, HttpContext context, OperatorRequests requests, CancellationToken cancellationToken) =>
        requests.HandleAsync(OperatorVerb.Cancel, id, context, cancellationToken);

    public static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .Titled("CancelTask", "Cancels a task.", "Also one that failed. It is cancelled once every process of it is gone; asking again until then is accepted.")
        .Accepts<OperatorBody>(isOptional: true, "application/json")
        .Produces<TaskView>(StatusCodes.Status202Accepted)
        .Refuses(400, 404, 409, 410, 413, 415);
}
