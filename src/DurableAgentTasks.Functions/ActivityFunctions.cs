using System.Text.Json;
using DurableAgentTasks.Functions.Durable;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace DurableAgentTasks.Functions;

/// <summary>The activities by the names of <c>TaskActivities</c>; each only delegates.</summary>
public sealed class ActivityFunctions(ActivityBodies bodies, DurableFunctionsTaskClient client)
{
    [Function("PrepareTask")]
    public Task<JsonElement> PrepareTask([ActivityTrigger] JsonElement input, [DurableClient] DurableTaskClient durable, FunctionContext context) =>
        RunAsync(input, durable, context);

    [Function("RecordTimeline")]
    public Task<JsonElement> RecordTimeline([ActivityTrigger] JsonElement input, [DurableClient] DurableTaskClient durable, FunctionContext context) =>
        RunAsync(input, durable, context);

    [Function("RunStep")]
    public Task<JsonElement> RunStep([ActivityTrigger] JsonElement input, [DurableClient] DurableTaskClient durable, FunctionContext context) =>
        RunAsync(input, durable, context);

    [Function("StopStep")]
    public Task<JsonElement> StopStep([ActivityTrigger] JsonElement input, [DurableClient] DurableTaskClient durable, FunctionContext context) =>
        RunAsync(input, durable, context);

    [Function("FreezeStep")]
    public Task<JsonElement> FreezeStep([ActivityTrigger] JsonElement input, [DurableClient] DurableTaskClient durable, FunctionContext context) =>
        RunAsync(input, durable, context);

    [Function("ReadPulse")]
    public Task<JsonElement> ReadPulse([ActivityTrigger] JsonElement input, [DurableClient] DurableTaskClient durable, FunctionContext context) =>
        RunAsync(input, durable, context);

    [Function("ReadSuspensions")]
    public Task<JsonElement> ReadSuspensions([ActivityTrigger] JsonElement input, [DurableClient] DurableTaskClient durable, FunctionContext context) =>
        RunAsync(input, durable, context);

    [Function("CleanUp")]
    public Task<JsonElement> CleanUp([ActivityTrigger] JsonElement input, [DurableClient] DurableTaskClient durable, FunctionContext context) =>
        RunAsync(input, durable, context);

    [Function("TakeCheckpoint")]
    public Task<JsonElement> TakeCheckpoint([ActivityTrigger] JsonElement input, [DurableClient] DurableTaskClient durable, FunctionContext context) =>
        RunAsync(input, durable, context);

    [Function("RestoreCheckpoint")]
    public Task<JsonElement> RestoreCheckpoint([ActivityTrigger] JsonElement input, [DurableClient] DurableTaskClient durable, FunctionContext context) =>
        RunAsync(input, durable, context);

    [Function("Deliver")]
    public Task<JsonElement> Deliver([ActivityTrigger] JsonElement input, [DurableClient] DurableTaskClient durable, FunctionContext context) =>
        RunAsync(input, durable, context);

    [Function("ReviveTask")]
    public Task<JsonElement> ReviveTask([ActivityTrigger] JsonElement input, [DurableClient] DurableTaskClient durable, FunctionContext context) =>
        RunAsync(input, durable, context);

    [Function("AcceptPlan")]
    public Task<JsonElement> AcceptPlan([ActivityTrigger] JsonElement input, [DurableClient] DurableTaskClient durable, FunctionContext context) =>
        RunAsync(input, durable, context);

    [Function("JoinQueue")]
    public Task<JsonElement> JoinQueue([ActivityTrigger] JsonElement input, [DurableClient] DurableTaskClient durable, FunctionContext context) =>
        RunAsync(input, durable, context);

    [Function("LeaveQueue")]
    public Task<JsonElement> LeaveQueue([ActivityTrigger] JsonElement input, [DurableClient] DurableTaskClient durable, FunctionContext context) =>
        RunAsync(input, durable, context);

    private Task<JsonElement> RunAsync(JsonElement input, DurableTaskClient durable, FunctionContext context)
    {
        client.Attach(durable);
        return bodies.RunAsync(context.FunctionDefinition.Name, input, context.CancellationToken);
    }
}
