using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Http.Tests.Streaming;

public sealed class NewsTests : StreamTest
{
    private static readonly DateTimeOffset At = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact(Timeout = 60_000)]
    public async Task Checkpoints_and_alerts_come_once_and_in_their_place_among_the_states()
    {
        await StartAsync("t");
        await RecordAsync("t", timeline => timeline.Warning("old", "Before the client came.", At));
        using var events = await ConnectAsync();
        Assert.Equal(["retry", "state executing", "progress"], await ReadAsync(events, 3));

        var reference = new CheckpointReference("0123456789abcdef", "manual", At, "abc", "refs/agent-tasks/t/1");
        await RecordAsync("t", timeline => timeline.CheckpointTaken(reference, "As asked.", "alice", "before lunch", At));
        var checkpoint = (await events.ReadAsync(Cancellation))!;
        Assert.Equal(
            """{"id":"t","checkpoint":{"id":"0123456789abcdef","type":"manual","at":"2030-01-01T00:00:00Z","commit":"abc","ref":"refs/agent-tasks/t/1"},"description":"As asked.","reason":"before lunch"}""",
            checkpoint.Data);
        Assert.Null(checkpoint.Id);

        await RecordAsync("t", timeline =>
        {
            timeline.Transition(TaskState.Checkpointing, "phase_end", At);
            timeline.CheckpointTaken(reference, "Phase 1.", by: null, reason: null, At);
            timeline.Transition(TaskState.Executing, "checkpoint_taken", At);
            timeline.Warning("task_timeout_near", "An hour is left.", At);
        });
        Assert.Equal(["state checkpointing", "checkpoint", "state executing"], await ReadAsync(events, 3));
        var alert = await events.ReadAsync("alert", Cancellation);
        Assert.Equal("""{"id":"t","at":"2030-01-01T00:00:00Z","code":"task_timeout_near","message":"An hour is left."}""", alert.Data);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_stream_of_all_tasks_has_states_and_progress_alone()
    {
        await StartAsync("t");
        using var events = await ConnectAsync("/api/events");
        await ReadAsync(events, 3);
        await RecordAsync("t", timeline => timeline.Warning("w", "careful", At));
        await RecordAsync("t", timeline =>
        {
            timeline.Warning("w", "careful", At);
            timeline.Transition(TaskState.Paused, "pause", At, "operator");
        });
        Assert.Equal(["state paused"], await ReadAsync(events, 1));
    }
}
