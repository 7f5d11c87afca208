using System.Runtime.InteropServices;

namespace DurableAgentTasks.Agents.Processes;

/// <summary>One process for ever. Process ids are used again, so the start time belongs to the name.</summary>
/// <param name="Pid">Its process id.</param>
/// <param name="StartTime">In the table's own unit, growing; comparable within one boot.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ProcessIdentity(int Pid, long StartTime);

/// <param name="Id">Which process.</param>
/// <param name="ParentPid">Its parent at this moment; an orphan's is that of whoever reaps it.</param>
/// <param name="Session">Its session or, where the system does not tell, its process group.</param>
/// <param name="Name">Its program.</param>
/// <param name="Tag">The value of <see cref="RunTag.Variable"/> in its environment; <see langword="null"/> if it has none or it cannot be read.</param>
internal sealed record ProcessEntry(ProcessIdentity Id, int ParentPid, int Session, string Name, string? Tag)
{
    /// <summary>What it uses, as of the listing.</summary>
    public ProcessUse Use { get; init; }

    /// <summary>
    /// Whether its environment read as empty, and so its tag is not known: while a process is becoming another program it has none, and
    /// some are started without any.
    /// </summary>
    public bool HasNoEnvironment { get; init; }

    public bool LeadsItsSession => Session == Id.Pid;
}

/// <param name="Cpu">Its own CPU time.</param>
/// <param name="ReapedCpu">That of its children that it has waited for, with theirs; zero where the system does not tell.</param>
/// <param name="ResidentBytes">Its resident memory.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ProcessUse(TimeSpan Cpu, TimeSpan ReapedCpu, long ResidentBytes);
