using DurableAgentTasks.Core.Json;
using Spectre.Console;

namespace DurableAgentTasks.Cli.Output;

/// <summary>Checkpoints, a line each.</summary>
internal static class CheckpointTable
{
    public static Table Of(IEnumerable<CheckpointRow> checkpoints)
    {
        var table = Columns.Of("ID", "NO", "TYPE", "TIME", "FILES", "LINES", "DESCRIPTION");
        foreach (var one in checkpoints)
        {
            table.AddRow(
                new Text(one.Id), new Text($"{one.Number}"), new Text(WireName.Of(one.Type)), new Text($"{one.At:u}"),
                new Text($"{one.FilesModified}"), new Text($"{one.LinesChanged}"), new Text(one.Reason is { Length: > 0 } reason ? $"{one.Description} ({reason})" : one.Description));
        }

        return table;
    }
}
