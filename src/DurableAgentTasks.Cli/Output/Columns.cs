using Spectre.Console;

namespace DurableAgentTasks.Cli.Output;

/// <summary>Tables without lines, which scripts can read too.</summary>
internal static class Columns
{
    /// <param name="headings">Empty ones make a table without headings.</param>
    public static Table Of(params string[] headings)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = headings.Any(heading => heading.Length > 0), UseSafeBorder = false };
        foreach (var heading in headings) table.AddColumn(new TableColumn(new Text(heading)) { Padding = new Padding(0, 0, 2, 0) });
        return table;
    }
}
