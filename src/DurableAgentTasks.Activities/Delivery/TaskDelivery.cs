using DurableAgentTasks.Activities.Checkpoints;
using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Activities.Workspaces;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Checkpoints;
using DurableAgentTasks.Storage.Tasks;
using DurableAgentTasks.Workflow.Activities;
using DurableAgentTasks.Workspaces;
using DurableAgentTasks.Workspaces.Delivering;

namespace DurableAgentTasks.Activities.Delivery;

/// <summary>
/// The activity <c>Deliver</c>: a patch of what the task changed since its first checkpoint, always, so that it can be fetched; a
/// branch and a push if they were asked for, in a repository that is the task's own or a worktree of it. Doing it again gives the same.
/// </summary>
public sealed class TaskDelivery(
    TaskRecords records, CheckpointStore checkpoints, ResultPatches patches, TreeRestoring restoring, TaskWorkspaces workspaces)
{
    private const string Patch = "result.patch";

    public async Task<Delivered> DeliverAsync(Deliver input, CancellationToken cancellationToken)
    {
        var id = TaskId.Parse(input.TaskId);
        var record = await records.ReadAsync(id, cancellationToken);
        using var alone = await workspaces.AloneAsync(id, cancellationToken);
        List<string> done = [], problems = [];
        try
        {
            using var workspace = await OpenAsync(record, cancellationToken);
            if (workspace is null) problems.Add("The work tree is not on this host, or no checkpoint of it was taken.");
            else await DeliverAsync(record, workspace, done, problems, cancellationToken);
        }
        catch (Exception error) when (StorageFault.Is(error))
        {
            problems.Add(StorageFault.Say(error));
        }

        // Whoever asked for nothing is not told what did not come of it.
        var asked = record.Request.Deliver is { } deliver && (deliver.Branch || deliver.Push || deliver.Patch);
        return asked ? new Delivered(Joined(done), Joined(problems)) : new Delivered(null, null);
    }

    private async Task<Workspace?> OpenAsync(TaskRecord record, CancellationToken cancellationToken)
    {
        var holder = await workspaces.HolderOfAsync(record.Id, cancellationToken);
        return workspaces.IsHere(record, holder?.Value) ? await workspaces.FindAsync(record.Id, cancellationToken) : null;
    }

    private async Task DeliverAsync(TaskRecord record, Workspace workspace, List<string> done, List<string> problems, CancellationToken cancellationToken)
    {
        var deliver = record.Request.Deliver ?? new DeliveryRequest();
        if (await WritePatchAsync(record.Id, workspace, cancellationToken) is { } unpatched) problems.Add(unpatched);
        else if (deliver.Patch) done.Add($"The patch is {Patch}.");
        if (!deliver.Branch && !deliver.Push) return;

        var branch = $"agent-tasks/{record.Id}";
        var made = await workspace.MakeBranchAsync(new BranchCommit(branch, MessageOf(record), record.LastCheckpoint?.At ?? record.CreatedAt), cancellationToken);
        if (made is not BranchOutcome.Made { Commit: var commit, Repository: var repository })
        {
            problems.Add(((BranchOutcome.Refused)made).Reason);
            return;
        }

        done.Add($"The branch {branch} in {repository} is at {commit}.");
        if (!deliver.Push) return;
        var pushed = await workspace.PushAsync(commit, branch, cancellationToken);
        if (pushed is PushOutcome.Pushed { Remote: var remote }) done.Add($"It was pushed to {remote}.");
        else problems.Add(((PushOutcome.Refused)pushed).Reason);
    }

    /// <returns>Why there is no patch, or not all of it; <see langword="null"/> if all is stored.</returns>
    private async Task<string?> WritePatchAsync(TaskId task, Workspace workspace, CancellationToken cancellationToken)
    {
        var first = await FirstAsync(task, cancellationToken);
        if (first is null) return "There is no patch: the checkpoint of how the task began is missing or damaged.";
        await using var file = new FileStream(
            Path.Combine(workspaces.ScratchOf(task), "patch.tmp"), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 128 * 1024, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        var (_, missing) = await restoring.ReadAsync(task, workspace, first, DiffAsync, cancellationToken);
        if (missing is not null) return $"There is no patch: {missing}";
        file.Position = 0;
        await patches.WriteAsync(task, file, cancellationToken);
        return first is { Type: CheckpointType.Milestone, CompletedSteps.Count: 0 } ? null
            : $"The patch begins only at checkpoint {first.Id}: that of how the task began is missing.";

        async Task<Stream?> DiffAsync()
        {
            file.SetLength(0);
            await workspace.DiffAsync(first.Commit, to: null, file, cancellationToken);
            return file;
        }
    }

    /// <summary>What was in the folder before the task began there is not the task's.</summary>
    private async Task<Checkpoint?> FirstAsync(TaskId task, CancellationToken cancellationToken)
    {
        foreach (var (_, id) in await checkpoints.ListAsync(task, cancellationToken))
        {
            var checkpoint = (await checkpoints.FindAsync(task, id, cancellationToken)).Checkpoint;
            if (checkpoint is not { IsRescued: true }) return checkpoint;
        }

        return null;
    }

    private static string MessageOf(TaskRecord record)
    {
        var title = record.Request.Prompt?.Trim().Split('\n')[0].Trim() is { Length: > 0 } prompt ? prompt : record.Plan?.Phases[0].Title.Trim().Split('\n')[0] ?? "Work";
        return $"{(title.Length <= 72 ? title : $"{title[..71]}…")}\n\nBy the agent task {record.Id}.\n";
    }

    private static string? Joined(List<string> sentences) => sentences.Count == 0 ? null : string.Join(' ', sentences);
}
