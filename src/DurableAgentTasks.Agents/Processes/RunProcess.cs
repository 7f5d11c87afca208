namespace DurableAgentTasks.Agents.Processes;

/// <param name="Pid">Its process id.</param>
/// <param name="Name">The name of its program, as the system abbreviates it.</param>
/// <param name="Tag">Its run; <see langword="null"/> if its environment does not tell.</param>
public sealed record RunProcess(int Pid, string Name, string? Tag);
