namespace DurableAgentTasks.Agents.Processes;

/// <summary>What asks a command to end by itself, before anything is forced.</summary>
public enum PoliteSignal
{
    /// <summary>SIGINT, as Ctrl+C sends it.</summary>
    Interrupt,

    /// <summary>SIGTERM.</summary>
    Terminate,
}
