using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Auth;
using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Emergency;
using DurableAgentTasks.Http.Operating;
using DurableAgentTasks.Http.Problems;
using DurableAgentTasks.Http.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Endpoints;

/// <summary>What an emergency stop did.</summary>
/// <param name="Stopped">The steps that ran on this host; no process of them is left.</param>
/// <param name="Took">Until none was.</param>
/// <param name="Paused">The tasks that were told to pause; they wait for an operator.</param>
public sealed record EmergencyView(IReadOnlyList<StoppedStep> Stopped, TimeSpan Took, IReadOnlyList<TaskId> Paused);

internal static class StopEverything
{
    public static async Task<IResult> HandleAsync(HttpContext context, EmergencyStops stops)
    {
        var body = await JsonBody.ReadAsync(context.Request, JsonBody.MaxOperatorBytes, optional: true);
        if (body.Refused is { } refused) return refused;
        var (operation, errors) = OperatorBodyReader.Read(body.Json, [OperatorField.Reason]);
        if (errors.Count > 0) return Refusal.InvalidBody(errors);
        var (report, paused) = await stops.StopAsync(new OperatorCommand(Caller.Of(context).Name, operation.Reason));
        return Answer.Json(new EmergencyView(report.Stopped, report.Took, paused));
    }

    public static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .Titled("StopEverything", "Ends everything that runs on this host at once.", "Every task that executes is paused (emergency), and goes on when an operator resumes it.")
        .Accepts<OperatorBody>(isOptional: true, "application/json")
        .Produces<EmergencyView>()
        .Refuses(400, 413, 415);
}
