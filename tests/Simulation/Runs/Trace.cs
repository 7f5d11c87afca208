using DurableAgentTasks.Simulation.Scheduling;

namespace DurableAgentTasks.Simulation.Runs;

/// <summary>What happened, for people.</summary>
internal sealed class Trace(List<string> lines, SimulatedTime time)
{
    public void Add(string line) => lines.Add($"{time.Elapsed:d\\.hh\\:mm\\:ss\\.fff} {line}");
}
