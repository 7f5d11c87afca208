using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Auth;
using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Operating;
using DurableAgentTasks.Http.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DurableAgentTasks.Http.Endpoints;

/// <summary>What operators ask of a task, an address each.</summary>
internal static class OperateTask
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        Map<PauseBody>(endpoints, "pause", OperatorVerb.Pause, "PauseTask", "Pauses a task.", "An agent that is stopped goes on in its session when the task is resumed; a command runs again. One that is frozen stands still where it is, for at most 10 min. Asking again is accepted.");
        Map<ResumeBody>(endpoints, "resume", OperatorVerb.Resume, "ResumeTask", "Resumes a task that is paused or failed.", "With a checkpoint its tree is restored first. It goes on when its turn comes. A pause that is still on its way is taken back; asking for one that runs is accepted.");
        Map<OperatorBody>(endpoints, "cancel", OperatorVerb.Cancel, "CancelTask", "Cancels a task.", "Also one that failed. It is cancelled once every process of it is gone; asking again until then is accepted.");
        Map<ExtendBody>(endpoints, "extend", OperatorVerb.Extend, "ExtendTask", "Gives a task, or its present phase, more time.", "Each extension counts, up to the operator's maximum.", isOptional: false);
        Map<OperatorBody>(endpoints, "checkpoints", OperatorVerb.Checkpoint, "TakeCheckpoint", "Takes a checkpoint now.", "Beside the step that runs, which goes on. It is listed once it is taken.");
        Map<JudgementBody>(endpoints, "approve", OperatorVerb.Approve, "ApproveStep", "Lets the step run that waits for approval.", "Asking again is accepted.");
        Map<JudgementBody>(endpoints, "reject", OperatorVerb.Reject, "RejectStep", "Does not let the step run that waits for approval.", "A step that is critical fails the task, another is skipped. Asking again is accepted.");
    }

    private static void Map<TBody>(
        IEndpointRouteBuilder endpoints, string verb, OperatorVerb asked, string name, string summary, string description, bool isOptional = true)
        where TBody : notnull =>
        endpoints
            .MapPost($"/api/tasks/{{id}}/{verb}", (string id, HttpContext context, OperatorRequests requests, CancellationToken cancellationToken) =>
                requests.HandleAsync(asked, id, context, cancellationToken))
            .For(AccessRole.Operator)
            .Titled(name, summary, description)
            .Accepts<TBody>(isOptional, "application/json")
            .Produces<TaskView>(StatusCodes.Status202Accepted)
            .Refuses(400, 404, 409, 410, 413, 415);
}
