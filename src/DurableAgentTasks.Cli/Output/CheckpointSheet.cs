using DurableAgentTasks.Core.Json;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace DurableAgentTasks.Cli.Output;

/// <summary>All there is to see of one checkpoint.</summary>
internal static class CheckpointSheet
{
    public static IRenderable Of(CheckpointRow checkpoint)
    {
        var facts = Columns.Of("", "");
        foreach (var (name, value) in FactsOf(checkpoint))
        {
            if (value is { Length: > 0 }) facts.AddRow(new Text(name), new Text(value));
        }

        if (checkpoint.Files.Count + checkpoint.LeftOut.Count == 0) return facts;
        var files = Columns.Of("CHANGE", "FILE");
        foreach (var file in checkpoint.Files) files.AddRow(new Text(WireName.Of(file.Type)), new Text(file.Path));
        foreach (var file in checkpoint.LeftOut) files.AddRow(new Text("left out"), new Text($"{file.Path}: {file.Reason}"));
        return new Rows(facts, Text.Empty, files);
    }

    private static IEnumerable<(string Name, string? Value)> FactsOf(CheckpointRow checkpoint)
    {
        yield return ("Checkpoint", $"{checkpoint.Id} (number {checkpoint.Number})");
        yield return ("Type", WireName.Of(checkpoint.Type));
        yield return ("Time", $"{checkpoint.At:u}");
        yield return ("What for", checkpoint.Description);
        yield return ("Reason", checkpoint.Reason);
        yield return ("Done", string.Join(' ', checkpoint.CompletedSteps));
        yield return ("To do", string.Join(' ', checkpoint.PendingSteps));
        yield return ("Changed", $"{checkpoint.FilesModified:N0} files, {checkpoint.LinesChanged:N0} lines");
        yield return ("Commit", $"{checkpoint.Commit} ({checkpoint.Ref})");
        yield return ("Bundle", $"{checkpoint.Size:N0} bytes");
    }
}
