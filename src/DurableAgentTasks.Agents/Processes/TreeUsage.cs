namespace DurableAgentTasks.Agents.Processes;

/// <summary>What the processes of a run use. The wrapper is not counted. On Windows, where a tree cannot be seen, all is 0.</summary>
/// <param name="CpuTime">
/// Of all of them since the run was started (or adopted: what had ended by then is missing), those that have ended included, as far as they
/// were seen or their parent waited for them. It never goes down.
/// </param>
/// <param name="ResidentBytes">Now; pages that several of them share count for each.</param>
/// <param name="Processes">Now.</param>
public sealed record TreeUsage(TimeSpan CpuTime, long ResidentBytes, int Processes);
