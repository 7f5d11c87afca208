namespace DurableAgentTasks.Http.Management;

internal static class InstanceId
{
    private const int MaxLength = 100;

    /// <summary>Whether an engine can have it. Ids of tasks are narrower, but what was started natively may have another.</summary>
    public static bool CanBe(string text) => text.Length is > 0 and <= MaxLength && !text.Any(static c => char.IsControl(c) || c is '/' or '\\' or '#' or '?');
}
