using DurableAgentTasks.Benchmarks.Engine;
using DurableAgentTasks.Benchmarks.Output;

namespace DurableAgentTasks.Benchmarks.Agents;

/// <summary>100,000 messages in one session: all are in the log, and the host is no larger for it.</summary>
internal static class SessionScenario
{
    private const int Messages = 100_000;
    private const int Rounds = 5;

    public static async Task RunAsync()
    {
        using var folder = new TemporaryFolder();
        var stream = Path.Combine(folder.Path, "stream");
        var lines = ClaudeStream.WriteMessages(stream, Messages);
        await using var host = new AgentHost(folder.Path);
        var costs = new List<Cost>();
        var memory = new List<double>();
        for (var round = -1; round < Rounds; round++)
        {
            var cost = await Cost.OfAsync(() => host.RunAsync($"session-{round + 1}", stream, lines));
            if (round < 0) continue;
            costs.Add(cost);
            memory.Add(Environment.WorkingSet / 1e6);
        }

        Measure.Print($"{Messages:N0} messages of a session, spawn to outcome", [.. costs.Select(cost => cost.Wall.TotalSeconds).Order()], seconds => $"{seconds:F2} s");
        Measure.Print("    CPU of the host", [.. costs.Select(cost => cost.OwnCpu.TotalSeconds).Order()], seconds => $"{seconds:F2} s");
        Console.WriteLine($"    all {lines:N0} lines of {Rounds + 1} sessions are in their logs; resident after each: {string.Join(", ", memory.Select(bytes => $"{bytes:F0}"))} MB");
    }
}
