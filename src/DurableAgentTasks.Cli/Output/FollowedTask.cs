using System.Text.Json;
using DurableAgentTasks.Cli.Api;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Cli.Output;

/// <summary>Prints the log of a task to its end, says on the side where it stands, and tells how it went.</summary>
internal sealed class FollowedTask(Session session, bool timestamps)
{
    private const string DeadlinePassed = "task_timeout";

    private readonly LogPrinter _printer = new(session, timestamps);
    private string? _state;

    /// <returns>An <see cref="ExitCode"/>.</returns>
    public async Task<int> FollowAsync(string id, CancellationToken cancellationToken)
    {
        await new TaskFollower(session, TimeProvider.System).FollowAsync(id, after: 0, See, cancellationToken);
        var answer = await session.Api.GetAsync(TaskApiClient.PathOf(id), cancellationToken);
        var task = answer.Deserialize<TaskView>(TaskJson.Options)!;
        var inPart = task is { State: TaskState.Completed, Result.Outcome: TaskOutcome.Partial };
        var why = inPart ? await WhyInPartAsync(id, cancellationToken) : null;
        session.Say($"{id}: {WireName.Of(task.State)}{(inPart ? " in part" : "")}{(task.Result?.Summary is { } summary ? $". {summary}" : "")}{why}");
        return task.State == TaskState.Completed && !inPart ? ExitCode.Done : ExitCode.Failed;
    }

    private async Task<string> WhyInPartAsync(string id, CancellationToken cancellationToken)
    {
        var timeline = await session.Api.GetAllAsync($"{TaskApiClient.PathOf(id)}/timeline", "items", cancellationToken);
        var isLate = timeline.Exists(entry => entry.TryGetProperty("trigger", out var trigger) && trigger.GetString() == DeadlinePassed);
        return isLate ? " Its deadline passed (--timeout) before all was done." : " Not all of it was done.";
    }

    private void See(ServerEvent next)
    {
        if (next.Type == "state") SayState(JsonElement.Parse(next.Data));
        else _printer.PrintEvent(next);
    }

    private void SayState(JsonElement next)
    {
        // The end is said once, with how it went.
        if (WireName.TryParse<TaskState>(next.GetProperty("state").GetString(), out var reached) && TaskLifecycle.HasEnded(reached)) return;
        var detail = next.GetProperty("detail").GetString();
        var state = $"{next.GetProperty("state").GetString()}{(detail is null ? "" : $" ({detail})")}";
        if (state == _state) return;
        _state = state;
        session.Say($"{next.GetProperty("id").GetString()}: {state}");
    }
}
