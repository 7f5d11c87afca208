using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Checkpoints;

namespace DurableAgentTasks.Http.Tests.Hosting;

/// <summary>Checkpoints as an activity stores them; their bundles are of no git.</summary>
internal static class TakenCheckpoints
{
    public static Task<Checkpoint> TakeCheckpointAsync(this ApiHost host, string task, int number, string id, CheckpointType type = CheckpointType.Phase) =>
        WriteAsync(host.Blobs, task, number, id, type);

    public static async Task<Checkpoint> WriteAsync(IBlobStore blobs, string task, int number, string id, CheckpointType type, string? reason = null, bool isRescued = false)
    {
        var store = new CheckpointStore(blobs);
        var (taskId, checkpointId) = (TaskId.Parse(task), CheckpointId.Parse(id));
        var commit = new string((char)('0' + (number % 10)), 40);
        var bytes = "bundle"u8.ToArray();
        var sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
        var name = CheckpointStore.BundleName(taskId, number, checkpointId, sha256);
        using var content = new MemoryStream(bytes);
        await store.WriteBundleAsync(name, content, TestContext.Current.CancellationToken);
        var checkpoint = new Checkpoint
        {
            Id = checkpointId,
            TaskId = taskId,
            Number = number,
            Type = type,
            At = new DateTimeOffset(2030, 1, 1, 0, number, 0, TimeSpan.Zero),
            Description = $"After phase {number}.",
            Reason = reason,
            IsRescued = isRescued,
            PhaseId = number,
            CompletedSteps = ["1.1"],
            PendingSteps = ["1.2"],
            Files = [new ChangedFile("a.txt", FileChange.Modified, new string('a', 64))],
            FilesModified = 1,
            LinesChanged = 2,
            Commit = commit,
            Tree = commit,
            Ref = $"refs/agent-tasks/{task}/{number}",
            Bundle = new CheckpointBundle(name, sha256, bytes.Length, commit),
            Size = bytes.Length,
            Duration = TimeSpan.FromSeconds(1),
        };
        return await store.WriteAsync(checkpoint, TestContext.Current.CancellationToken);
    }
}
