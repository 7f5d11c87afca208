using DurableAgentTasks.Contracts.Http;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Tests.Hosting;

namespace DurableAgentTasks.Http.Tests.Streaming;

/// <summary>A test of streams.</summary>
public abstract class StreamTest : ApiTest
{
    protected Task<EventReader> ConnectAsync(string path = "/api/tasks/t/events", long? lastEventId = null) =>
        EventReader.OpenAsync(Client, path, lastEventId, Cancellation);

    /// <summary>The events to the end of the stream, each as <c>type</c> or, of a log event, its id and text.</summary>
    protected static async Task<List<string>> ReadAllAsync(EventReader events)
    {
        var all = new List<string>();
        while (await events.ReadAsync(Cancellation) is { } next) all.Add(Show(next));
        return all;
    }

    protected static async Task<List<string>> ReadAsync(EventReader events, int count)
    {
        var all = new List<string>();
        while (all.Count < count) all.Add(Show((await events.ReadAsync(Cancellation))!));
        return all;
    }

    protected async Task CompleteAsync(string task)
    {
        await RecordAsync(task, timeline =>
        {
            timeline.Transition(TaskState.Completing, "all_steps_done", DateTimeOffset.UtcNow);
            timeline.End(TaskState.Completed, new TaskResult(TaskOutcome.Success, "Done."), "completed", DateTimeOffset.UtcNow);
        });
        Host.Engine.Set(task, RuntimeStatus.Completed);
    }

    private static string Show(ServerSentEvent next) => next.Type switch
    {
        "log" => $"{next.Id} {next.Text("text")}",
        "state" => $"state {next.Text("state")}",
        _ => next.Type,
    };
}
