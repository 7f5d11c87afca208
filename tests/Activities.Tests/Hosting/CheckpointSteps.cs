using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Tests.Hosting;

internal static class CheckpointSteps
{
    private static readonly DateTimeOffset At = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Task<TakenCheckpoint> TakeAsync(this TaskFixture task, int id, CheckpointType type = CheckpointType.Automatic) =>
        task.Taking.TakeAsync(new TakeCheckpoint(task.Id.Value, Id(id), type, "A test.", null, At), Cancellation);

    public static Task<RestoredCheckpoint> RestoreAsync(this TaskFixture task, string? checkpoint, int safety) =>
        task.Restoring.RestoreAsync(new RestoreCheckpoint(task.Id.Value, checkpoint, Id(safety), At), Cancellation);

    public static CheckpointId Id(int id) => CheckpointId.Parse($"{id:x16}");

    public static void Write(this TaskFixture task, string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(task.Workspace, path))!);
        File.WriteAllText(Path.Combine(task.Workspace, path), content);
    }

    public static string Read(this TaskFixture task, string path) => File.ReadAllText(Path.Combine(task.Workspace, path));

    public static bool Has(this TaskFixture task, string path) => Path.Exists(Path.Combine(task.Workspace, path));
}
