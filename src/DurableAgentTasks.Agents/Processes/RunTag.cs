using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Agents.Processes;

/// <summary>
/// The value of <c>DAT_RUN</c> in the environment of every process of a run: data folder, task and run. It is inherited, so it finds
/// processes that left their parent, group and session.
/// </summary>
public readonly record struct RunTag
{
    public const string Variable = "DAT_RUN";

    private RunTag(string value) => Value = value;

    public string Value { get; }

    /// <param name="dataFolder">Whose run it is.</param>
    /// <param name="task">The task.</param>
    /// <param name="run">Unique in the task, such as <c>1.2.1</c> (step and attempt): printable ASCII, no space, no '/'.</param>
    /// <exception cref="ArgumentException"><paramref name="run"/> is empty or has other characters.</exception>
    public static RunTag Create(DataFolderId dataFolder, TaskId task, string run) =>
        run.Length > 0 && run.All(static c => c is > ' ' and <= '~' and not '/')
            ? new RunTag($"{dataFolder}/{task}/{run}")
            : throw new ArgumentException("A run's name is printable ASCII without space and '/'.", nameof(run));

    public override string ToString() => Value;

    /// <summary>Whether <paramref name="tag"/> is that of a run of <paramref name="dataFolder"/>.</summary>
    internal static bool BelongsTo(string tag, DataFolderId dataFolder) => tag.StartsWith($"{dataFolder}/", StringComparison.Ordinal);
}
