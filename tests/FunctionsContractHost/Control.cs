using System.Diagnostics;
using DurableAgentTasks.Contracts.Durable;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Functions.Durable;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace DurableAgentTasks.FunctionsContractHost;

/// <summary>What the tests ask of this host: calls of its client, and its end.</summary>
public sealed class Control(DurableFunctionsTaskClient client, TestProcess tests)
{
    /// <summary>Says where the tests listen.</summary>
    /// <returns>Which process this is.</returns>
    [Function("Meet")]
    public IResult Meet([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "meet")] HttpRequest request)
    {
        tests.ListensAt(new Uri(request.Query["address"].ToString()));
        return Results.Text(Environment.ProcessId.ToString());
    }

    /// <summary>Has no answer.</summary>
    [Function("End")]
    public static void End([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "end")] HttpRequest request) =>
        Restart.Now(TimeSpan.Parse(request.Query["pause"].ToString()));

    [Function("Call")]
    public async Task<IResult> CallAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "client/{operation}")] HttpRequest request,
        string operation,
        [DurableClient] DurableTaskClient durable)
    {
        client.Attach(durable);
        var call = (await request.ReadFromJsonAsync<DurableCall>(TaskJson.Options, request.HttpContext.RequestAborted))!;
        return Results.Json(await RunAsync(operation, call, request.HttpContext.RequestAborted), TaskJson.Options);
    }

    /// <summary>A history of the product's own hub, for <c>tests/Workflow.Tests/Golden/Functions</c>: what is recorded there was read here.</summary>
    [Function("History")]
    public static async Task<IResult> ReadHistoryAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "histories/{instanceId}")] HttpRequest request,
        string instanceId,
        [DurableClient(TaskHub = "AgentTasks")] DurableTaskClient product)
    {
        var client = new DurableFunctionsTaskClient(TimeProvider.System);
        client.Attach(product);
        return Results.Json(await client.GetHistoryAsync(instanceId, request.HttpContext.RequestAborted), TaskJson.Options);
    }

    private async Task<object?> RunAsync(string operation, DurableCall call, CancellationToken cancellationToken) => operation switch
    {
        nameof(ITaskClient.StartAsync) => await client.StartAsync(call.Name!, call.InstanceId, call.Text, cancellationToken),
        nameof(ITaskClient.GetAsync) => await client.GetAsync(call.InstanceId, call.Payloads, cancellationToken),
        nameof(ITaskClient.QueryAsync) => await client.QueryAsync(call.Query!, cancellationToken),
        nameof(ITaskClient.ListAsync) => await client.ListAsync(call.Filter!, cancellationToken).ToListAsync(cancellationToken),
        nameof(ITaskClient.RaiseEventAsync) => await client.RaiseEventAsync(call.InstanceId, call.Name!, call.Text, cancellationToken),
        nameof(ITaskClient.SuspendAsync) => await client.SuspendAsync(call.InstanceId, call.Text, cancellationToken),
        nameof(ITaskClient.ResumeAsync) => await client.ResumeAsync(call.InstanceId, call.Text, cancellationToken),
        nameof(ITaskClient.TerminateAsync) => await client.TerminateAsync(call.InstanceId, call.Text, cancellationToken),
        nameof(ITaskClient.PurgeAsync) => await client.PurgeAsync(call.InstanceId, cancellationToken),
        nameof(ITaskClient.RestartAsync) => await client.RestartAsync(call.InstanceId, call.Text, cancellationToken),
        nameof(ITaskClient.WaitAsync) => await client.WaitAsync(call.InstanceId, cancellationToken),
        nameof(ITaskClient.GetHistoryAsync) => await client.GetHistoryAsync(call.InstanceId, cancellationToken),
        _ => throw new UnreachableException($"The port has no {operation}."),
    };
}
