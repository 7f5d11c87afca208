namespace DurableAgentTasks.EndToEnd.Hosting;

internal static class ShellTask
{
    /// <summary>The body of a task of one phase, of a step for each command.</summary>
    public static object Of(string id, string workspace, params string[] commands) => new
    {
        id,
        agent = "shell",
        workspace = new { path = workspace },
        plan = new { phases = new[] { new { title = "All", steps = commands.Select(command => new { title = "Step", kind = "shell", command }) } } },
    };
}
