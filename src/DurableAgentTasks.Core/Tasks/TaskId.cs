using System.Diagnostics.CodeAnalysis;

namespace DurableAgentTasks.Core.Tasks;

/// <summary>The name of a task, and the instance id of its orchestration: <c>[a-z0-9][a-z0-9-]{0,62}</c>.</summary>
public readonly record struct TaskId
{
    public const int MaxLength = 63;

    internal const string Rule = "A task id is 1 to 63 characters of a-z, 0-9 and '-', and does not begin with '-'.";

    private TaskId(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse([NotNullWhen(true)] string? text, out TaskId id)
    {
        var valid = text is not null && IsWellFormed(text);
        id = valid ? new TaskId(text!) : default;
        return valid;
    }

    /// <exception cref="FormatException"><paramref name="text"/> is no task id.</exception>
    public static TaskId Parse(string text) =>
        TryParse(text, out var id)
            ? id
            : throw new FormatException(Rule);

    public override string ToString() => Value;

    private static bool IsWellFormed(string text) =>
        text.Length is >= 1 and <= MaxLength
        && text[0] != '-'
        && text.All(static c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');
}
