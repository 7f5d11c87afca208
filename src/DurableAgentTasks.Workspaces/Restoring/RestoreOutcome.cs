using DurableAgentTasks.Workspaces.Snapshots;

namespace DurableAgentTasks.Workspaces.Restoring;

/// <summary>What came of a restore.</summary>
public abstract record RestoreOutcome
{
    private RestoreOutcome()
    {
    }

    /// <param name="Saved">
    /// What was there before, oldest first: one snapshot, or none if the work tree was the checkpoint's already, or empty. Another one holds
    /// what was ignored before and is not by the checkpoint's own rules. Those of earlier restores that nobody has called
    /// <see cref="Workspace.ForgetSavedAsync"/> after come first.
    /// </param>
    /// <param name="Differing">What could not be made the checkpoint's: nested repositories, which are only noted, or files somebody else goes on writing.</param>
    /// <param name="MovedAside">What stood in the way, is in no snapshot and lies beside now, as <c>name -> new name</c>.</param>
    public sealed record Restored(IReadOnlyList<Snapshot> Saved, IReadOnlyList<string> Differing, IReadOnlyList<string> MovedAside) : RestoreOutcome;

    /// <param name="Reason">For people; nothing was changed.</param>
    public sealed record Refused(string Reason) : RestoreOutcome;
}
