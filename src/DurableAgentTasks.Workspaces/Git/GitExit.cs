namespace DurableAgentTasks.Workspaces.Git;

/// <param name="Command">What was run, for messages.</param>
/// <param name="Code">Its exit code; 0 is success.</param>
/// <param name="Error">The end of what it wrote to stderr, at most 64 KiB; bytes above 127 as Latin-1.</param>
internal sealed record GitExit(string Command, int Code, string Error)
{
    /// <summary>Of a git that was killed by the end of a file that it had mapped into memory, and that got shorter.</summary>
    public const int BusError = 128 + 7;

    public bool Succeeded => Code == 0;

    /// <exception cref="GitException">It failed.</exception>
    public void ThrowIfFailed()
    {
        if (!Succeeded) throw new GitException($"git {Command} ended with {Code}: {Error.Trim()}");
    }
}
