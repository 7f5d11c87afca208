using System.Text.Json;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Workspaces.Git;

namespace DurableAgentTasks.Workspaces.Restoring;

/// <summary>A restore that was begun. It is written before the first file is touched and removed after the last one.</summary>
/// <param name="Commit">What is restored.</param>
/// <param name="At">The time of the snapshots of what was there.</param>
internal sealed record RestoreJournal(string Commit, DateTimeOffset At)
{
    /// <summary><see langword="null"/> if no restore is unfinished.</summary>
    public static RestoreJournal? Read(string file) =>
        File.Exists(file) ? JsonSerializer.Deserialize<RestoreJournal>(File.ReadAllBytes(file), TaskJson.Options) : null;

    public void Write(string file) => AtomicFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(this, TaskJson.Options));
}
