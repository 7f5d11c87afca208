using System.Diagnostics;
using DurableAgentTasks.Agents.Processes;

namespace DurableAgentTasks.Benchmarks.Output;

/// <param name="Wall">From the start of the command to its last byte.</param>
/// <param name="OwnCpu">Of this process, the supervisor.</param>
/// <param name="ChildrenCpu">Of the command and all it started.</param>
internal sealed record Cost(TimeSpan Wall, TimeSpan OwnCpu, TimeSpan ChildrenCpu)
{
    public TimeSpan Cpu => OwnCpu + ChildrenCpu;

    public static async Task<Cost> OfAsync(Func<Task> run)
    {
        GC.Collect();
        var before = Use();
        var watch = Stopwatch.StartNew();
        await run();
        var wall = watch.Elapsed;
        var after = Use();
        return new Cost(wall, after.Cpu - before.Cpu, after.ReapedCpu - before.ReapedCpu);
    }

    private static ProcessUse Use() => ProcessTable.Current.Find(Environment.ProcessId)!.Use;
}
