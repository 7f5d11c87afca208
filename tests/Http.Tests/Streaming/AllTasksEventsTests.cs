using DurableAgentTasks.Contracts.Http;

namespace DurableAgentTasks.Http.Tests.Streaming;

public sealed class AllTasksEventsTests : StreamTest
{
    [Fact(Timeout = 60_000)]
    public async Task State_and_progress_of_all_tasks_come_without_ids_and_without_lines()
    {
        await StartAsync("old", "exit 0");
        await StartAsync("t");
        using var events = await ConnectAsync("/api/events");
        Assert.Equal(["state t executing", "progress t"], await ReadTasksAsync(events, 2));

        await StartAsync("u", "exit 0");
        await using (var log = await LiveLog.OpenAsync(Host, "t")) await log.AppendAsync("not here\n");
        await CompleteAsync("t");
        var all = new List<string>();
        while (!all.Contains("state t completed") || !all.Contains("state u completed")) all.AddRange(await ReadTasksAsync(events, 1));
        Assert.Contains("state t completing", all);
        Assert.DoesNotContain(all, line => line.Contains("old", StringComparison.Ordinal));
    }

    private static async Task<List<string>> ReadTasksAsync(EventReader events, int count)
    {
        var all = new List<string>();
        while (all.Count < count)
        {
            var next = (await events.ReadAsync(Cancellation))!;
            Assert.Null(next.Id);
            if (next.Type is not "retry") all.Add($"{next.Type} {next.Text("id")} {(next.Type == "state" ? next.Text("state") : "")}".TrimEnd());
        }

        return all;
    }
}
