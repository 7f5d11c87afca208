using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Documentation;
using DurableAgentTasks.Http.Problems;
using DurableAgentTasks.Http.Status;
using DurableAgentTasks.Storage.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DurableAgentTasks.Http.Endpoints;

/// <summary>Whether the process of a task's step lives. All but <paramref name="Alive"/> is <see langword="null"/> before the first step.</summary>
/// <param name="Alive">It does, as its runner said within the last minute.</param>
/// <param name="Pid">On <paramref name="Host"/>.</param>
/// <param name="Host">Where it runs, or ran.</param>
/// <param name="Since">When it started, or ended.</param>
/// <param name="LastOutput">When it last printed something.</param>
/// <param name="StepId">Of which step it is.</param>
/// <param name="Attempt">Of that step, from 1.</param>
/// <param name="SessionId">The session the agent works in.</param>
/// <param name="At">When its runner said so.</param>
public sealed record AliveView(
    bool Alive, int? Pid, string? Host, DateTimeOffset? Since, DateTimeOffset? LastOutput, string? StepId, int? Attempt, string? SessionId, DateTimeOffset? At);

internal static class ShowAlive
{
    public static async Task<IResult> HandleAsync(
        string id, TaskStatusReader status, TaskStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!TaskId.TryParse(id, out var taskId)) return Refusal.NoTaskId();
        if (await status.ReadAsync(taskId, cancellationToken) is null) return Refusal.TaskNotFound(taskId);
        return Answer.Json(ViewOf(await store.ReadHeartbeatAsync(taskId, cancellationToken), time.GetUtcNow()));
    }

    public static void Describe(RouteHandlerBuilder endpoint) => endpoint
        .Titled("ShowAlive", "Whether the process of the task's step lives, where, and since when.")
        .Produces<AliveView>()
        .Refuses(404);

    private static AliveView ViewOf(TaskHeartbeat? beat, DateTimeOffset now) => new(
        beat?.IsAlive(now) ?? false, beat?.Pid, beat?.Host, beat?.Since, beat?.LastOutputAt, beat?.StepId, beat?.Attempt, beat?.SessionId, beat?.At);
}
