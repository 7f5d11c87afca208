using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Workspaces.Git;
using DurableAgentTasks.Workspaces.Snapshots;

namespace DurableAgentTasks.Workspaces.Restoring;

/// <summary>
/// A restore that was begun, and what was saved for it: written before anything is touched, so that whoever opens the workspace after a
/// kill finishes it, and there until whoever asked for it says that what was saved is kept.
/// </summary>
/// <param name="Commit">What is restored; <see langword="null"/> when nothing is any more.</param>
/// <param name="Saving">Of the snapshots of what was there.</param>
/// <param name="Before">The tree as it was; <see langword="null"/> while nothing was touched.</param>
/// <param name="Saved">The snapshots, of earlier restores too, oldest first.</param>
internal sealed record RestoreJournal(string? Commit, SnapshotRequest Saving, string? Before, IReadOnlyList<Snapshot> Saved)
{
    /// <summary><see langword="null"/> if no restore is unfinished, and nothing saved by one is waited for.</summary>
    public static RestoreJournal? Read(string file) =>
        File.Exists(file) ? JsonSerializer.Deserialize<RestoreJournal>(File.ReadAllBytes(file), TaskJson.Options) : null;

    public void Write(string file) => AtomicFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(this, TaskJson.Options));

    /// <summary>Nothing is restored any more.</summary>
    public void Close(string file)
    {
        if (Saved.Count == 0) File.Delete(file);
        else (this with { Commit = null, Before = null }).Write(file);
    }
}
