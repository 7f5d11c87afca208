using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Endpoints;
using DurableAgentTasks.Http.Problems;
using DurableAgentTasks.Storage.Checkpoints;
using DurableAgentTasks.Storage.Queue;
using DurableAgentTasks.Storage.Tasks;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Starting;

/// <param name="Task">As it was created, however often it is asked for.</param>
/// <param name="Refused">Why it was not; <see langword="null"/> if it was.</param>
internal sealed record StartedTask(TaskRecord? Task, ProblemResult? Refused)
{
    [MemberNotNullWhen(false, nameof(Refused))]
    public bool IsAccepted => Task is not null;
}

/// <summary>Starts of tasks by whichever address they come: all are validated alike.</summary>
internal sealed class StartRequests(TaskAdmission admission, TaskStarts starts, CheckpointStore checkpoints, QueueLimits limits, TimeProvider time)
{
    /// <param name="body">What is asked for.</param>
    /// <param name="given">The task's id, whatever the body says; <see langword="null"/> leaves it to the body, the key of the request, or chance.</param>
    /// <param name="headers">Those of the request.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<StartedTask> StartAsync(JsonElement body, TaskId? given, IHeaderDictionary headers, CancellationToken cancellationToken)
    {
        var keyed = IdempotencyKey.TryRead(headers, out var key, out var keyError);
        var reading = admission.Read(body);
        List<RequestError> errors = [.. reading.Errors];
        if (!keyed) errors.Add(new(IdempotencyKey.Header, keyError!));
        if ((given?.Value ?? reading.Request?.Id) == ListTasks.RunningName)
        {
            errors.Add(new("id", $"must not be \"{ListTasks.RunningName}\": /api/tasks/{ListTasks.RunningName} is a list."));
        }

        if (reading.Request is { } request && await checkpoints.CheckAsync(request, cancellationToken) is { } missing) errors.Add(missing);
        if (!reading.IsValid || errors.Count > 0) return new(null, Refusal.InvalidBody(errors));
        var id = given ?? (reading.Request.Id is { } own ? TaskId.Parse(own) : key?.ToTaskId() ?? MadeUpId.Random());
        var trace = TraceContext.Read(headers);
        var (result, start) = await starts.StartAsync(
            new TaskStart
            {
                Id = id,
                Request = body,
                RequestHash = CanonicalJson.Hash(body),
                IdempotencyKeyHash = key is { } sent ? TaskStarts.HashOf(sent) : null,
                CreatedAt = time.GetUtcNow(),
                TraceParent = trace.Parent,
                TraceState = trace.State,
            },
            cancellationToken);
        return result switch
        {
            StartResult.IdTaken => new(null, Refusal.IdTaken(id)),
            StartResult.KeyReused => new(null, Refusal.KeyReused(id)),
            StartResult.QueueFull => new(null, Refusal.QueueFull(limits.MaxQueuedTasks)),
            _ => new(TaskRecord.Created(id, reading.Request, start.CreatedAt), null),
        };
    }
}
