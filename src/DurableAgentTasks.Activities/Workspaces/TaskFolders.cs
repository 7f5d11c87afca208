using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Activities.Workspaces;

/// <summary>Folders that are named for tasks.</summary>
internal static class TaskFolders
{
    public static IReadOnlyList<TaskId> In(string folder) => !Directory.Exists(folder) ? [] :
        [.. Directory.EnumerateDirectories(folder).Select(path => TaskId.TryParse(Path.GetFileName(path), out var id) ? id : (TaskId?)null).OfType<TaskId>()];
}
