using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Storage.Tasks;

/// <summary>Where everything of a task is kept: the one place that knows the names.</summary>
internal static class TaskBlobs
{
    /// <summary>Marks of starts that may not be scheduled yet.</summary>
    public const string Starting = "starting/";

    /// <summary>Marks of deletes that may not be finished.</summary>
    public const string Deleting = "deleting/";

    /// <summary>Who runs and who waits.</summary>
    public const string Queue = "queue.json";

    /// <summary>How long steps took.</summary>
    public const string Durations = "durations.json";

    public static string All(TaskId task) => $"tasks/{task}/";

    public static string Start(TaskId task) => $"tasks/{task}/start.json";

    public static string Timeline(TaskId task) => $"tasks/{task}/timeline.jsonl";

    public static string Record(TaskId task) => $"tasks/{task}/record.json";

    public static string PlanText(TaskId task, int attempt) => $"tasks/{task}/plans/{attempt}.json";

    public static string Heartbeat(TaskId task) => $"tasks/{task}/heartbeat.json";

    /// <summary>What is asked of an attempt of a step. Step ids differ in more than case.</summary>
    public static string Control(TaskId task, string stepId, int attempt) => $"tasks/{task}/control/{stepId.ToLowerInvariant()}.{attempt}.json";

    /// <summary>Which attempt of the task's steps may run.</summary>
    public static string Claim(TaskId task) => $"tasks/{task}/claim.json";

    /// <summary>The lease of the host that runs it.</summary>
    public static string RunnerLease(TaskId task) => $"tasks/{task}/runner";

    /// <summary>The folder of the log's segments.</summary>
    public static string Log(TaskId task) => $"tasks/{task}/log/";

    /// <summary>The folder of the checkpoint records, in order of their numbers.</summary>
    public static string Checkpoints(TaskId task) => $"tasks/{task}/checkpoints/";

    public static string Checkpoint(TaskId task, int number, CheckpointId id) => $"{Checkpoints(task)}{number:d9}.{id}.json";

    /// <summary>The folder of the git bundles, in order of the numbers of their checkpoints.</summary>
    public static string Bundles(TaskId task) => $"tasks/{task}/bundles/";

    /// <summary>By its content too: two hosts that take one checkpoint of different trees do not overwrite each other's.</summary>
    public static string Bundle(TaskId task, int number, CheckpointId id, string sha256) => $"{Bundles(task)}{number:d9}.{id}.{sha256[..16]}.bundle";

    /// <summary>The folder of the agents' transcripts, each named by the hash of its content.</summary>
    public static string Transcripts(TaskId task) => $"tasks/{task}/transcripts/";

    public static string Transcript(TaskId task, string sha256) => $"{Transcripts(task)}{sha256}.jsonl.gz";

    /// <summary>Which host holds the work tree.</summary>
    public static string Tree(TaskId task) => $"tasks/{task}/tree.json";

    /// <summary>What the task changed.</summary>
    public static string Patch(TaskId task) => $"tasks/{task}/result.patch";

    /// <summary>Says whose checkpoint it is, and which.</summary>
    public static string CheckpointNote(CheckpointId id) => $"checkpoints/{id}";

    public static string StartingMark(TaskId task) => $"{Starting}{task}";

    public static string DeletingMark(TaskId task) => $"{Deleting}{task}";
}
