using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Operating;
using DurableAgentTasks.Http.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Endpoints;

internal static class ResumeTask
{
    public static Task<IResult> HandleAsync(string id, HttpContext context, OperatorRequests requests, CancellationToken cancellationToken) =>
        requests.HandleAsync(OperatorVerb.Resume, id, context, cancellationToken);

    public static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .Titled("ResumeTask", "Resumes a paused task.", "It goes on when its turn comes. A pause that is still on its way is taken back; asking for one that runs is accepted.")
        .Accepts<OperatorBody>(isOptional: true, "application/json")
        .Produces<TaskView>(StatusCodes.Status202Accepted)
        .Refuses(400, 404, 409, 410, 413, 415);
}
