using System.Text.Json;
using DurableAgentTasks.Cli.Api;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Cli.Output;

/// <summary>Prints the log of a task to its end, says on the side where it stands, and tells how it went.</summary>
internal sealed class FollowedTask(Session session, bool timestamps)
{
    private readonly LogPrinter _printer = new(session, timestamps);
    private string? _state;

    /// <returns>An <see cref="ExitCode"/>.</returns>
    public async Task<int> FollowAsync(string id, CancellationToken cancellationToken)
    {
        await new TaskFollower(session, TimeProvider.System).FollowAsync(id, after: 0, See, cancellationToken);
        var answer = await session.Api.GetAsync(TaskApiClient.PathOf(id), cancellationToken);
        var task = answer.Deserialize<TaskView>(TaskJson.Options)!;
        session.Say($"{id}: {WireName.Of(task.State)}{(task.Result?.Summary is { } summary ? $". {summary}" : "")}");
        return task.State == TaskState.Completed ? ExitCode.Done : ExitCode.Failed;
    }

    private void See(ServerEvent next)
    {
        if (next.Type == "state") SayState(JsonElement.Parse(next.Data));
        else _printer.PrintEvent(next);
    }

    private void SayState(JsonElement next)
    {
        var detail = next.GetProperty("detail").GetString();
        var state = $"{next.GetProperty("state").GetString()}{(detail is null ? "" : $" ({detail})")}";
        if (state == _state) return;
        _state = state;
        session.Say($"{next.GetProperty("id").GetString()}: {state}");
    }
}
