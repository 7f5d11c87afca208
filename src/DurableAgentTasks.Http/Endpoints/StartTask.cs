using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Problems;
using DurableAgentTasks.Http.Requests;
using DurableAgentTasks.Http.Starting;
using DurableAgentTasks.Http.Status;
using DurableAgentTasks.Storage.Checkpoints;
using DurableAgentTasks.Storage.Queue;
using DurableAgentTasks.Storage.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Endpoints;

internal static class StartTask
{
    public static async Task<IResult> HandleAsync(
        HttpContext context, TaskAdmission admission, TaskStarts starts, CheckpointStore checkpoints, QueueLimits limits, TimeProvider time, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(context.Request, JsonBody.MaxTaskBytes, optional: false);
        if (body.Refused is { } refused) return refused;
        var keyed = IdempotencyKey.TryRead(context.Request.Headers, out var key, out var keyError);
        var reading = admission.Read(body.Json);
        List<RequestError> errors = [.. reading.Errors];
        if (!keyed) errors.Add(new(IdempotencyKey.Header, keyError!));
        if (reading.Request?.Id == ListTasks.RunningName) errors.Add(new("id", $"must not be \"{ListTasks.RunningName}\": /api/tasks/{ListTasks.RunningName} is a list."));
        if (reading.Request is { } request && await checkpoints.CheckAsync(request, cancellationToken) is { } missing) errors.Add(missing);
        if (!reading.IsValid || errors.Count > 0) return Refusal.InvalidBody(errors);

        var id = reading.Request.Id is { } given ? TaskId.Parse(given) : key?.ToTaskId() ?? MadeUpId.Random();
        var trace = TraceContext.Read(context.Request.Headers);
        var (result, start) = await starts.StartAsync(
            new TaskStart
            {
                Id = id,
                Request = body.Json,
                RequestHash = CanonicalJson.Hash(body.Json),
                IdempotencyKeyHash = key is { } sent ? TaskStarts.HashOf(sent) : null,
                CreatedAt = time.GetUtcNow(),
                TraceParent = trace.Parent,
                TraceState = trace.State,
            },
            cancellationToken);
        return result switch
        {
            StartResult.IdTaken => Refusal.IdTaken(id),
            StartResult.KeyReused => Refusal.KeyReused(id),
            StartResult.QueueFull => Refusal.QueueFull(limits.MaxQueuedTasks),
            _ => Accepted(context, TaskRecord.Created(id, reading.Request, start.CreatedAt)),
        };
    }

    public static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .Titled("StartTask", "Starts a task.", "The id is the one given, or made from the Idempotency-Key, or made up. The same key with the same body gives the first answer again.")
        .Accepts<TaskRequest>("application/json")
        .Header("Idempotency-Key", "What the client calls this start by, 1 to 255 printable ASCII characters, quoted or not.")
        .Produces<TaskView>(StatusCodes.Status202Accepted)
        .Refuses(400, 409, 413, 415, 422, 429);

    /// <summary>The task as it was created: the same answer, however often it is asked for.</summary>
    private static IResult Accepted(HttpContext context, TaskRecord task)
    {
        context.Response.Headers.Location = TaskViews.PathOf(task.Id, context.Request.PathBase);
        context.Response.Headers.RetryAfter = "10";
        return Answer.Json(TaskViews.Of(task, task.CreatedAt, context.Request), StatusCodes.Status202Accepted);
    }
}
