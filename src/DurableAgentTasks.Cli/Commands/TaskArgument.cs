using System.CommandLine;

namespace DurableAgentTasks.Cli.Commands;

/// <summary>What several commands take.</summary>
internal static class TaskArgument
{
    public static Argument<string> Id() => new("id") { Description = "The task's id." };

    public static Option<string?> Reason() => new("--reason") { Description = "Why; it stands in the task's timeline.", HelpName = "text" };
}
