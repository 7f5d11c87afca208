namespace DurableAgentTasks.Agents.Tests.Processes;

/// <summary>The real executable that misbehaves on demand; the build puts it beside the tests.</summary>
internal static class FakeAgentProgram
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        var path = System.IO.Path.Combine(AppContext.BaseDirectory, "DurableAgentTasks.FakeAgent" + (OperatingSystem.IsWindows() ? ".exe" : ""));
        return File.Exists(path) ? path : throw new InvalidOperationException($"FakeAgent is not at {path}; build tests/Agents.Tests, which references it.");
    }
}
