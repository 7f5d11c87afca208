using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Functions.Durable;
using DurableAgentTasks.Functions.Hosting;
using DurableAgentTasks.Http;
using DurableAgentTasks.Workflow;
using DurableAgentTasks.Workflow.RunTask;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace DurableAgentTasks.Functions;

/// <summary>The orchestration, the HTTP API, and what is looked after now and then.</summary>
public sealed class TaskFunctions(TaskApiPipeline api, DurableFunctionsTaskClient client, TaskReconciliation reconciliation, TimeProvider time)
{
    /// <summary>A start that is older than this is not on its way in another process any more.</summary>
    private static readonly TimeSpan StartTakes = TimeSpan.FromMinutes(5);

    [Function(RunTaskOrchestration.Name)]
    public static Task<TaskResult?> RunTask([OrchestrationTrigger] TaskOrchestrationContext context) =>
        RunTaskOrchestration.RunAsync(new DurableTaskContext(context));

    [Function(TaskCensusOrchestration.Name)]
    public static Task<TaskCensus?> KeepCensus([OrchestrationTrigger] TaskOrchestrationContext context) =>
        TaskCensusOrchestration.RunAsync(new DurableTaskContext(context));

    /// <summary>Every address and method; who may do what is the API's own affair, so that its keys are no keys of the host.</summary>
    [Function("Api")]
    public async Task<IResult> ServeAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, Route = "{*path}")] HttpRequest request, [DurableClient] DurableTaskClient durable)
    {
        client.Attach(durable);
        await api.RunAsync(request.HttpContext);
        return Results.Empty;
    }

    [Function("Reconcile")]
    public async Task ReconcileAsync([TimerTrigger("0 */5 * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient durable, CancellationToken cancellationToken)
    {
        client.Attach(durable);
        await reconciliation.RunWithPurgedAsync(time.GetUtcNow() - StartTakes, cancellationToken);
    }
}
