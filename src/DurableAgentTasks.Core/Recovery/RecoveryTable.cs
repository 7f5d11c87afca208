using static DurableAgentTasks.Core.Recovery.FailureClass;

namespace DurableAgentTasks.Core.Recovery;

/// <summary>
/// What is done about a failed attempt, by the class of its failure.
/// <list type="number">
/// <item>A spent quota is waited for, which counts as no attempt: until it resets, or, if that is not known, 5 min and each time twice
/// as long, up to 1 h.</item>
/// <item>What the table gives retries is tried again that often, at most <see cref="MaxRetries"/> times; a step's own
/// <c>retry.maxAttempts</c> may lower it, and a command's exit is tried again only where <c>retry</c> says so. What is critical from its
/// second attempt on is tried again on the last good checkpoint.</item>
/// <item>When retries are spent or do not apply, a step that is not critical is skipped; another one fails the task.</item>
/// </list>
/// </summary>
public static class RecoveryTable
{
    /// <summary>Of one step.</summary>
    public const int MaxRetries = 3;

    private static readonly TimeSpan FirstQuotaWait = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestQuotaWait = TimeSpan.FromHours(1);

    private static readonly Dictionary<FailureClass, Rule> Rules = new()
    {
        [Transient] = new(MaxRetries, Doubling),
        [Crash] = new(MaxRetries, Doubling),
        [Critical] = new(MaxRetries, Doubling),
        [Resource] = new(MaxRetries, static (_, _) => TimeSpan.FromSeconds(5)),
        [StartUp] = new(1, Doubling),
        [Command] = new(MaxRetries, static (retries, _) => Doubling(retries, jitter: 0)),
        [Session] = Rule.NoRetry,
        [Auth] = Rule.NoRetry,
        [Limits] = Rule.NoRetry,
        [Denied] = Rule.NoRetry,
        [Rejected] = Rule.NoRetry,
    };

    /// <param name="failed">The attempt.</param>
    /// <param name="now">When it is decided.</param>
    /// <param name="jitter">From 0 to below 1: how far a delay is stretched, so that those that failed together do not come back together.</param>
    public static RecoveryDecision Decide(FailedAttempt failed, DateTimeOffset now, double jitter)
    {
        // 1.
        if (failed.Class == Quota) return new(RecoveryAction.Wait, QuotaWait(failed, now));

        // 2.
        var rule = Rules[failed.Class];
        if (failed.Retries < RetriesOf(failed, rule))
        {
            var action = failed is { Class: Critical, Retries: > 0 } ? RecoveryAction.Restore : RecoveryAction.Retry;
            return new(action, rule.Delay(failed.Retries, jitter));
        }

        // 3.
        return new(failed.Critical ? RecoveryAction.Fail : RecoveryAction.Skip, Delay: null);
    }

    private static TimeSpan QuotaWait(FailedAttempt failed, DateTimeOffset now)
    {
        if (failed.ResetsAt - now is { } known && known > TimeSpan.Zero) return known;

        // A reset time that is over and a quota that is spent do not go together: as if it were not known.
        var doublings = Math.Min(failed.Waits, 10);
        var wait = FirstQuotaWait * (1 << doublings);
        return wait < LongestQuotaWait ? wait : LongestQuotaWait;
    }

    private static int RetriesOf(FailedAttempt failed, Rule rule)
    {
        if (failed.Retry is not { } retry) return failed.Class == Command ? 0 : rule.Retries;
        if (failed.Class == Command && !(failed.ExitCode is { } code && (retry.OnExitCodes.Count == 0 || retry.OnExitCodes.Contains(code)))) return 0;
        return Math.Min(rule.Retries, retry.MaxAttempts - 1);
    }

    /// <summary>1 s x 2^retries, stretched by up to a half.</summary>
    private static TimeSpan Doubling(int retries, double jitter) => TimeSpan.FromSeconds((1 << retries) * (1 + (jitter / 2)));

    /// <param name="Retries">At most.</param>
    /// <param name="Delay">From the retries there were and the jitter.</param>
    private sealed record Rule(int Retries, Func<int, double, TimeSpan> Delay)
    {
        public static readonly Rule NoRetry = new(0, static (_, _) => TimeSpan.Zero);
    }
}
