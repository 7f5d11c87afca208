using System.Text.RegularExpressions;
using DurableAgentTasks.Core.Recovery;

namespace DurableAgentTasks.Agents.Profiles;

/// <summary>Tells the class of a failure by what the CLI says, by the status of the model API and by the exit code.</summary>
internal sealed class FailureClasses(AgentProfile profile, TimeProvider time)
{
    /// <summary>Of anything longer only so much is looked at, in characters; of standard error its end.</summary>
    private const int LongestText = 4096;

    /// <summary>The first that fits counts; the words come before the status, because 429 is both an overload and a spent quota.</summary>
    private static readonly (Regex Words, FailureClass Class)[] Table =
    [
        (Any("no conversation found with session", "session id .* already in use", "no rollout found for thread", "invalid session identifier",
            "error resuming session", "session not found"), FailureClass.Session),
        (Any("aborted_tools", "aborted_streaming", "user_abort"), FailureClass.Crash),
        (Any("reached maximum (number of turns|budget)", "FatalTurnLimitedError", "max session turns"), FailureClass.Limits),
        (Any("usage limit", "quota exceeded", "insufficient_quota", "quota will reset", "exceeded your .*quota", "exhausted your",
            "hit your .*limit", "(hour|weekly|session) limit reached", "credit balance is too low"), FailureClass.Quota),
        (Any("failed to authenticate", "authentication[ _](failed|error)", "invalid[ _]api[ _]key", "not logged in", "please run /login",
            "unauthenticated", "401 unauthorized"), FailureClass.Auth),
    ];

    private static readonly Regex Transient = Any("overloaded", "rate.?limit", "too many requests", "timed? ?out", "econnreset", "econnrefused",
        "etimedout", "connection (reset|refused|error)", "stream disconnected", "temporarily unavailable", "service unavailable",
        "internal server error", "fetch failed");

    private static readonly Regex StatusInText = Any(@"(status|error|code|http)[^0-9\n]{0,12}(?<status>[45][0-9]{2})\b");

    /// <summary>One that describes itself.</summary>
    public AgentVerdict.Failed? Find(AgentEvent? said, EvidenceSource source)
    {
        return said is null ? null : Find(Describe(said), said.Status, source);
    }

    /// <summary>One that must be told from outside.</summary>
    public AgentVerdict.Failed? Find(AgentRunEnd end, bool anythingSaid)
    {
        if (end.ExitCode == 0) return null;
        var error = end.StandardError.Length > LongestText ? end.StandardError[^LongestText..] : end.StandardError;
        if (Find(error.Trim(), status: null, EvidenceSource.StandardError) is { } told) return told;
        if (end.ExitCode is { } code && profile.ExitCodes.TryGetValue(code, out var known))
            return new AgentVerdict.Failed(known, new AgentEvidence(EvidenceSource.ExitCode, $"exit code {code}"));
        if (anythingSaid || end.ExitCode is null or > 128 and <= 128 + 64) return null;
        return new AgentVerdict.Failed(FailureClass.StartUp, error.Length > 0
            ? new AgentEvidence(EvidenceSource.StandardError, error.Trim())
            : new AgentEvidence(EvidenceSource.ExitCode, $"exit code {end.ExitCode} before any event"));
    }

    public static string Describe(AgentEvent said)
    {
        var text = string.Join(": ", new[] { said.Reason, said.Text }.Where(part => !string.IsNullOrEmpty(part)));
        return text.Length > LongestText ? text[..LongestText] : text;
    }

    private AgentVerdict.Failed? Find(string text, int? status, EvidenceSource source)
    {
        foreach (var (words, kind) in Table)
        {
            if (words.IsMatch(text)) return Failed(kind);
        }

        status ??= StatusInText.Match(text) is { Success: true } match ? int.Parse(match.Groups["status"].ValueSpan) : null;
        if (status is { } number && ByStatus(number) is { } byStatus) return Failed(byStatus);
        return Transient.IsMatch(text) ? Failed(FailureClass.Transient) : null;

        AgentVerdict.Failed Failed(FailureClass kind) =>
            new(kind, new AgentEvidence(source, text), kind == FailureClass.Quota ? QuotaReset.Find(text, time) : null);
    }

    private static FailureClass? ByStatus(int status) => status switch
    {
        401 or 403 => FailureClass.Auth,
        402 => FailureClass.Quota,
        408 or 409 or 425 or 429 or >= 500 => FailureClass.Transient,
        >= 400 => FailureClass.Rejected,
        _ => null,
    };

    /// <summary>Takes time in proportion to the text, whatever a CLI prints.</summary>
    private static Regex Any(params string[] alternatives) => new(string.Join('|', alternatives),
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
