using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using Spectre.Console;

namespace DurableAgentTasks.Cli.Output;

/// <summary>What happened to a task, a line each.</summary>
internal static class TimelineTable
{
    public static Table Of(IEnumerable<TimelineEntry> entries)
    {
        var table = Columns.Of("TIME", "WHAT", "WHY", "BY");
        foreach (var entry in entries)
        {
            table.AddRow(
                new Text($"{entry.Time:u}"), new Text(WhatOf(entry)),
                new Text(string.Join(": ", new[] { entry.Trigger, entry.Reason }.Where(text => text is { Length: > 0 }))), new Text(entry.By ?? ""));
        }

        return table;
    }

    private static string WhatOf(TimelineEntry entry)
    {
        if (entry is { From: { } from, To: { } to }) return $"{WireName.Of(from)} -> {WireName.Of(to)}";
        var step = entry.Data is { ValueKind: System.Text.Json.JsonValueKind.Object } data && data.TryGetProperty("stepId", out var id) ? id.GetString() : null;
        return step is null ? entry.Type : $"{entry.Type} {step}";
    }
}
