using DurableAgentTasks.Engine;
using DurableAgentTasks.Workflow;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableAgentTasks.Benchmarks.Engine;

/// <summary>The orchestrations that are measured.</summary>
internal static class BenchmarkProgram
{
    public const string Sequence = "sequence";
    public const string FanOut = "fanout";
    public const string Park = "park";

    public static readonly Activity<int, int> Noop = new("noop");

    public static Task<DurableEngine> StartAsync(string folder, Func<int, Task<int>>? activity = null) =>
        DurableEngine.StartAsync(
            new EngineOptions { Directory = folder }, Registry(activity ?? Task.FromResult), TimeProvider.System,
            NullLoggerFactory.Instance, CancellationToken.None);

    /// <summary>Starts an instance and waits for its end.</summary>
    public static async Task RunAsync(DurableEngine engine, string name, string id, int input)
    {
        await engine.Client.StartAsync(name, id, input.ToString(), CancellationToken.None);
        await engine.Client.WaitAsync(id, CancellationToken.None);
    }

    private static DurableRegistry Registry(Func<int, Task<int>> activity) => new DurableRegistry()
        .AddActivity(Noop, (input, _) => activity(input))
        .AddOrchestration(Sequence, async context =>
        {
            var last = 0;
            for (var i = 0; i < context.GetInput<int>(); i++) last = await context.CallAsync(Noop, i);
            return last;
        })
        .AddOrchestration(FanOut, async context =>
        {
            var all = Enumerable.Range(0, context.GetInput<int>()).Select(i => context.CallAsync(Noop, i)).ToList();
            return (await Task.WhenAll(all)).Length;
        })
        .AddOrchestration(Park, async context =>
        {
            context.SetCustomStatus(new { State = "waiting" });
            await context.CallAsync(Noop, 1);
            return await context.WaitForExternalEventAsync<int>("go");
        });
}
