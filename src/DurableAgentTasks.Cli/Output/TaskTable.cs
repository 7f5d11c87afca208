using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using Spectre.Console;

namespace DurableAgentTasks.Cli.Output;

/// <summary>Tasks, a line each.</summary>
internal static class TaskTable
{
    public static Table Of(IEnumerable<TaskView> tasks, DateTimeOffset now)
    {
        var table = Columns.Of("ID", "STATE", "AGENT", "DONE", "AGE", "DETAIL");
        foreach (var task in tasks)
        {
            table.AddRow(
                new Text(task.Id.Value), new Text(WireName.Of(task.State)), new Text(task.Agent), new Text($"{task.Progress.Percentage} %"),
                new Text(TimeText.Short(now - task.CreatedAt)), new Text(task.Detail ?? task.Error?.Message ?? task.Progress.CurrentPhase ?? ""));
        }

        return table;
    }
}
