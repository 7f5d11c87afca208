using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;

namespace DurableAgentTasks.Contracts.ModelApi;

/// <summary>
/// What the model answers, by the last marker in a text of the user and by how many tools have answered since:
/// <list type="bullet">
/// <item><c>SCN=edit FILE=path</c>: reads the file, changes "alpha" to "beta" in it, says that it did.</item>
/// <item><c>SCN=patient FILE=path</c>: the same, once a shell command has seen <c>path.go</c>.</item>
/// <item><c>SCN=sleep:300</c>: runs a shell command of so many seconds.</item>
/// <item><c>SCN=flaky:529:2</c>: fails with that status so many times, then answers. Counted for the whole marker.</item>
/// <item>Anything else: a short text.</item>
/// </list>
/// </summary>
internal sealed partial class ModelScript
{
    private readonly ConcurrentDictionary<string, int> _failures = new(StringComparer.Ordinal);

    public ModelReply Next(Conversation conversation)
    {
        var (marker, step) = Find(conversation);
        if (marker is null) return new ModelReply.Text("Hello from the model.");
        var arguments = marker.Groups["arguments"].Value.Split(':', StringSplitOptions.RemoveEmptyEntries);
        return marker.Groups["name"].Value switch
        {
            "edit" => Edit(marker.Groups["file"].Value, step),
            "patient" => step == 0 ? Await($"{marker.Groups["file"].Value}.go") : Edit(marker.Groups["file"].Value, step - 1),
            "sleep" => step == 0 ? new ModelReply.Call(new ToolUse.Shell($"sleep {arguments[0]}")) : new ModelReply.Text("The command ended."),
            "flaky" => Flaky(marker.Value, int.Parse(arguments[0], CultureInfo.InvariantCulture), int.Parse(arguments[1], CultureInfo.InvariantCulture)),
            _ => new ModelReply.Text("Hello from the model."),
        };
    }

    private static ModelReply.Call Await(string file) => new(new ToolUse.Shell($"until [ -e {file} ]; do sleep 0.1; done"));

    private static ModelReply Edit(string file, int step) => step switch
    {
        0 => new ModelReply.Call(new ToolUse.Read(file)),
        1 => new ModelReply.Call(new ToolUse.Edit(file, "alpha", "beta")),
        _ => new ModelReply.Text("Edited."),
    };

    private ModelReply Flaky(string marker, int status, int times) =>
        _failures.AddOrUpdate(marker, 1, (_, count) => count + 1) <= times ? new ModelReply.Failure(status) : new ModelReply.Text("Recovered.");

    private static (Match? Marker, int Step) Find(Conversation conversation)
    {
        Match? marker = null;
        var step = 0;
        foreach (var turn in conversation.Turns)
        {
            step += turn.ToolResults;
            if (turn.IsUser && Marker().Matches(turn.Text).LastOrDefault() is { } found) (marker, step) = (found, 0);
        }

        return (marker, step);
    }

    [GeneratedRegex(@"SCN=(?<name>[a-z]+)(?<arguments>(:[A-Za-z0-9.-]+)*)( FILE=(?<file>\S+))?", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Marker();
}

/// <summary>A request in any of the wire formats.</summary>
/// <param name="Model">What was asked for.</param>
/// <param name="Turns">From the first.</param>
/// <param name="Tools">The names of the tools that are offered; those for titles and the like offer none.</param>
internal sealed record Conversation(string Model, IReadOnlyList<Turn> Turns, IReadOnlyList<string> Tools);

internal sealed record Turn(bool IsUser, string Text, int ToolResults);

internal abstract record ModelReply
{
    public sealed record Text(string Value) : ModelReply;

    public sealed record Call(ToolUse Use) : ModelReply;

    public sealed record Failure(int Status) : ModelReply;
}

/// <summary>What the model wants done; each wire format names the tools of its CLI.</summary>
internal abstract record ToolUse
{
    public sealed record Read(string File) : ToolUse;

    public sealed record Edit(string File, string From, string To) : ToolUse;

    public sealed record Shell(string Command) : ToolUse;
}
