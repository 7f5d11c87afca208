namespace DurableAgentTasks.Agents.Processes;

/// <summary>
/// Waits for what only the kernel decides, such as another process's end, and does not announce. On the real clock even under a manual
/// one: the kernel follows no other. Deadlines come from the caller as a token.
/// </summary>
internal static class Poll
{
    /// <summary>Looks after 1 ms, then ever more seldom up to <paramref name="longest"/>; false if <paramref name="giveUp"/> came first.</summary>
    public static async Task<bool> UntilAsync(Func<bool> done, TimeSpan longest, CancellationToken giveUp)
    {
        var interval = TimeSpan.FromMilliseconds(1);
        while (!done())
        {
            if (giveUp.IsCancellationRequested) return false;
            await Task.Delay(interval, giveUp).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            interval = interval * 2 < longest ? interval * 2 : longest;
        }

        return true;
    }
}
