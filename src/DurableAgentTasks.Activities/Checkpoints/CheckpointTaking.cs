using System.Security.Cryptography;
using System.Text;
using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Activities.Workspaces;
using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Checkpoints;
using DurableAgentTasks.Storage.Tasks;
using DurableAgentTasks.Workflow.Activities;
using DurableAgentTasks.Workspaces;
using DurableAgentTasks.Workspaces.Restoring;
using DurableAgentTasks.Workspaces.Snapshots;
using Preparation = DurableAgentTasks.Workspaces.Preparation.PrepareOutcome;

namespace DurableAgentTasks.Activities.Checkpoints;

/// <summary>
/// The activity <c>TakeCheckpoint</c>. What keeps a checkpoint from being taken is told, and is no failure: the task goes on without.
/// <list type="number">
/// <item>One of this id that is there already is the one.</item>
/// <item>The work tree is saved as a snapshot; only the host that holds the tree can do that.</item>
/// <item>The snapshot's bundle is stored, on top of those of the checkpoint before where these are whole; then the agents' transcripts.</item>
/// <item>The record is written, once: from here on it is a checkpoint.</item>
/// <item>The tree has come from it now; and those that are not kept any more go.</item>
/// </list>
/// </summary>
public sealed class CheckpointTaking(
    TaskRecords records, TaskStore store, CheckpointStore checkpoints, TaskWorkspaces workspaces, SessionTranscripts transcripts,
    TranscriptStore transcriptStore, AgentCatalog agents, CheckpointOptions options, TimeProvider time)
{
    public async Task<TakenCheckpoint> TakeAsync(TakeCheckpoint input, CancellationToken cancellationToken)
    {
        var id = TaskId.Parse(input.TaskId);
        using var alone = await workspaces.AloneAsync(id, cancellationToken);
        try
        {
            var record = await records.ReadAsync(id, cancellationToken);
            return await FindAsync(id, input.Id, cancellationToken) ?? await TakeAsync(input, record, cancellationToken);
        }
        catch (Exception error) when (StorageFault.Is(error))
        {
            return new TakenCheckpoint(null, $"No checkpoint could be taken: {StorageFault.Say(error)}");
        }
    }

    // 1.
    internal async Task<TakenCheckpoint?> FindAsync(TaskId task, CheckpointId id, CancellationToken cancellationToken) =>
        (await checkpoints.FindAsync(task, id, cancellationToken)).Checkpoint is { } there
            ? new TakenCheckpoint(there.Reference, CheckpointContent.Missing(there))
            : null;

    private async Task<TakenCheckpoint> TakeAsync(TakeCheckpoint input, TaskRecord record, CancellationToken cancellationToken)
    {
        // 2.
        var holder = await workspaces.HolderOfAsync(record.Id, cancellationToken);
        if (holder is not null && !workspaces.IsHere(record, holder.Value))
            return new TakenCheckpoint(null, $"No checkpoint could be taken here: the work tree was last on {holder.Value.Machine}, or is gone.");
        var prepared = await workspaces.OpenAsync(record, filledFrom: null, cancellationToken);
        if (prepared is not Preparation.Ready { Workspace: var workspace })
            return new TakenCheckpoint(null, $"No checkpoint could be taken: {((Preparation.Refused)prepared).Reason}");
        using (workspace)
        {
            var (checkpoint, problem) = await SaveAsync(input, record, workspace, isRescued: false, cancellationToken);

            // 5.
            if (holder is null || holder.Value.Host != workspaces.Here.Host)
            {
                var now = holder?.Value ?? workspaces.Here with { IsReady = record.Request.Workspace.Setup is null };
                await workspaces.TryHoldAsync(record.Id, now with { Checkpoint = checkpoint.Id.Value }, holder, cancellationToken);
            }
            else
            {
                await workspaces.NoteAsync(record.Id, now => now with { Checkpoint = checkpoint.Id.Value }, cancellationToken);
            }

            var overrun = await PruneAsync(record, workspace, cancellationToken);
            return new TakenCheckpoint(checkpoint.Reference, Joined(problem, overrun));
        }
    }

    /// <summary>Saves the tree of an open workspace as a checkpoint; the caller holds it alone.</summary>
    /// <param name="input">What is asked for.</param>
    /// <param name="record">The task.</param>
    /// <param name="workspace">Open.</param>
    /// <param name="isRescued">See <see cref="Checkpoint.IsRescued"/>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="IOException">git or the storage could not do its part.</exception>
    internal async Task<(Checkpoint Checkpoint, string? Problem)> SaveAsync(
        TakeCheckpoint input, TaskRecord record, Workspace workspace, bool isRescued, CancellationToken cancellationToken)
    {
        var names = await checkpoints.ListAsync(record.Id, cancellationToken);
        var snapshot = await workspace.SnapshotAsync(new SnapshotRequest(input.At, names.Count == 0 ? 0 : names[^1].Number), cancellationToken);
        return await SaveAsync(input, record, workspace, snapshot, isRescued, cancellationToken);
    }

    private async Task<(Checkpoint Checkpoint, string? Problem)> SaveAsync(
        TakeCheckpoint input, TaskRecord record, Workspace workspace, Snapshot snapshot, bool isRescued, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var beat = await store.ReadHeartbeatAsync(record.Id, cancellationToken);
        var content = CheckpointContent.Of(input, record, beat, agents.Find(record.Request.Agent), snapshot, isRescued);

        // 3.
        var chain = BundleChain.Next(await BeforeAsync(record.Id, snapshot.Number, workspace, cancellationToken));
        var bundle = await BundleAsync(record.Id, input.Id, workspace, snapshot, chain, cancellationToken);
        var (taken, problem) = await transcripts.TakeAsync(record, content.Sessions.Values, cancellationToken);

        // 4.
        var checkpoint = content with
        {
            Bundle = bundle,
            BuildsOn = chain,
            Size = bundle.Size,
            Transcripts = taken,
            Duration = snapshot.Duration + time.GetElapsedTime(began),
        };
        checkpoint = await checkpoints.WriteAsync(checkpoint, cancellationToken);
        return (checkpoint, Joined(CheckpointContent.Missing(checkpoint), problem));
    }

    /// <summary>Makes checkpoints of what a restore has saved: it is in no other one.</summary>
    /// <param name="record">The task.</param>
    /// <param name="workspace">Open, and held alone.</param>
    /// <param name="restored">What came of the restore.</param>
    /// <param name="isNew">The workspace was made just now: what was in it has come from its repository, and is not kept.</param>
    /// <param name="safety">The checkpoint that was taken before, whose tree need not be kept twice.</param>
    /// <param name="input">For those that are taken, but their ids.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>What they do not hold, or why they were not made: then the next restore tries again.</returns>
    internal async Task<string?> KeepSavedAsync(
        TaskRecord record, Workspace workspace, RestoreOutcome.Restored restored, bool isNew, Checkpoint? safety, TakeCheckpoint input, CancellationToken cancellationToken)
    {
        List<string> problems = [];
        try
        {
            foreach (var snapshot in restored.Saved.Where(snapshot => !isNew && snapshot.Tree != safety?.Tree))
            {
                var name = SHA256.HashData(Encoding.ASCII.GetBytes(snapshot.Commit));
                var asked = input with { Id = CheckpointId.Parse(Convert.ToHexStringLower(name)[..CheckpointId.Length]) };
                if (await FindAsync(record.Id, asked.Id, cancellationToken) is not null) continue;
                var (kept, problem) = await SaveAsync(asked, record, workspace, snapshot, isRescued: true, cancellationToken);
                if (Unsaved(kept, problem) is { } unsaved) problems.Add(unsaved);
            }

            await workspace.ForgetSavedAsync(cancellationToken);
        }
        catch (Exception error) when (StorageFault.Is(error))
        {
            problems.Add($"What was there before could not be stored, and is only on this host ({string.Join(", ", restored.Saved.Select(snapshot => snapshot.Ref))}): {StorageFault.Say(error)}");
        }

        return Joined([.. problems]);
    }

    /// <summary>What a checkpoint of what a restore found does not hold of that, for people.</summary>
    internal static string? Unsaved(Checkpoint kept, string? problem) => problem is null ? null : $"What was there before is in checkpoint {kept.Id}. {problem}";

    /// <summary>The checkpoint to build on; one whose bundles are gone, or that is not in this repository, is none.</summary>
    private async Task<Checkpoint?> BeforeAsync(TaskId task, int number, Workspace workspace, CancellationToken cancellationToken)
    {
        var names = await checkpoints.ListAsync(task, cancellationToken);
        if (names.LastOrDefault(name => name.Number < number) is not { Number: > 0 } last) return null;
        return (await checkpoints.FindAsync(task, last.Id, cancellationToken)).Checkpoint is { } before
            && await checkpoints.HasBundlesAsync(before, cancellationToken)
            && await workspace.HasAsync(before.Commit, cancellationToken)
                ? before
                : null;
    }

    private async Task<CheckpointBundle> BundleAsync(
        TaskId task, CheckpointId id, Workspace workspace, Snapshot snapshot, IReadOnlyList<CheckpointBundle> chain, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(workspaces.ScratchOf(task));
        await using var file = new FileStream(
            Path.Combine(workspaces.ScratchOf(task), "bundle.tmp"), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 128 * 1024, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        var made = await workspace.BundleAsync(snapshot, chain.Count == 0 ? null : chain[^1].Commit, file, cancellationToken);
        file.Position = 0;
        var name = CheckpointStore.BundleName(task, snapshot.Number, id, made.Sha256);
        await checkpoints.WriteBundleAsync(name, file, cancellationToken);
        return new CheckpointBundle(name, made.Sha256, made.Size, made.Commit);
    }

    /// <summary>A checkpoint was taken, whatever comes of this; the next one prunes again.</summary>
    /// <returns>That those which must be kept take more room than there is; <see langword="null"/> if they do not.</returns>
    private async Task<string?> PruneAsync(TaskRecord record, Workspace workspace, CancellationToken cancellationToken)
    {
        var task = record.Id;
        try
        {
            var isOver = await checkpoints.SizeAsync(task, cancellationToken) > options.MaxStoredBytes;
            if (!isOver && (await checkpoints.ListAsync(task, cancellationToken)).Count <= CheckpointRetention.Most) return null;
            var kept = await checkpoints.PruneAsync(task, options.MaxStoredBytes, record.LastGoodCheckpoint?.Id, cancellationToken);
            await transcriptStore.PruneAsync(task, kept, cancellationToken);
            await workspace.PruneAsync(kept.Select(checkpoint => checkpoint.Commit).ToHashSet(), cancellationToken);
            return isOver && await checkpoints.SizeAsync(task, cancellationToken) > options.MaxStoredBytes
                ? $"The task's checkpoints take more than the {options.MaxStoredBytes:N0} bytes of Checkpoints:MaxStoredBytes, though only those are kept that must be."
                : null;
        }
        catch (Exception error) when (StorageFault.Is(error))
        {
            return null;
        }
    }

    private static string? Joined(params string?[] sentences)
    {
        var joined = string.Join(' ', sentences.OfType<string>());
        return joined.Length == 0 ? null : joined;
    }
}
