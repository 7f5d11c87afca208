using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Core.Recovery;
using static DurableAgentTasks.Agents.Profiles.EvidenceSource;
using static DurableAgentTasks.Core.Recovery.FailureClass;

namespace DurableAgentTasks.Agents.Tests.Profiles;

/// <summary>
/// Every recorded run of a real CLI with what is to be read from it. Letters of events: S started, M message, C tool call, R tool
/// result, U usage, T retrying, E error, F finished, N notice.
/// </summary>
public sealed class TranscriptTests
{
    private const string Unknown = "00000000-0000-4000-8000-000000000000";
    private const string Chosen = "11111111-2222-4333-8444-555555555555";

    private static readonly Expected[] Table =
    [
        new("claude/success", "1a4c9b27-cbda-40db-bba6-9fc0f9f8b6ac", "S M U F", Used(1200, 12, 200, 100, 0.013875m)),
        new("claude/session-id-set", Chosen, "S M U F", Used(1200, 12, 200, 100, 0.013875m)) { Asked = Chosen },
        new("claude/resume", "1a4c9b27-cbda-40db-bba6-9fc0f9f8b6ac", "S M U F", Used(1200, 12, 200, 100, 0.007025m))
        {
            Resumed = "1a4c9b27-cbda-40db-bba6-9fc0f9f8b6ac",
        },
        new("claude/resume-after-sigkill-during-bash", "940218d3-2196-4e83-a881-4a33fa2b6616", "S M U F", Used(1200, 12, 200, 100, 0.007025m))
        {
            Resumed = "940218d3-2196-4e83-a881-4a33fa2b6616",
        },
        new("claude/edit", "750a0d58-1e7d-48af-9a7e-d1f8bd568a9f", "S C R C R C R M U F", Used(4800, 23, 800, 400, 0.034325m)),
        new("claude/tool-allowed", "0a4bff1c-8b1a-407c-8e7a-3f7577aaf476", "S M C R C R M U F", Used(3600, 17, 600, 300, 0.02745m)),
        new("claude/tool-denied-default", "69324c12-c83d-4c6b-b198-669dcd07f40d", "S M C R C R M U F", Used(3600, 17, 600, 300, 0.02745m))
        {
            Failure = (Denied, FinalEvent, "Write"),
        },
        new("claude/longline-128kb-fast-reader", "c8fdc400-4ef8-4ea6-9014-e047fc18c455", "S M U F", Used(1200, 32768, 200, 100, 0.832775m)),
        // Each turn reports its own tokens, and the cost of both.
        new("claude/stream-json-input-two-turns", "29b8b43a-cc7d-42dd-a827-d6f6afd1fad2", "S M U F S M U F", Used(2400, 24, 400, 200, 0.02775m)),
        new("claude/overload-529-recovers", "1eeda6a3-c14e-49ae-866c-1af18004de51", "S T T M U F", Used(1200, 6, 200, 100, 0.013725m)),
        new("claude/ratelimit-429-recovers-retryafter", "3837ff98-5a47-43d1-a447-f6f3f2b2a0f3", "S T T M U F", Used(1200, 6, 200, 100, 0.013725m)),
        new("claude/err-400", "9ed08f44-4be0-44f2-840b-87e4319583d1", "S M U F", Used(0, 0, 0, 0, 0.00685m))
        {
            Failure = (Rejected, FinalEvent, "API Error: 400 mock 400"),
        },
        new("claude/err-401", "6b305d1e-6756-468a-a2d2-05ce6e8d79dd", "S T T M U F", Used(0, 0, 0, 0, 0.00685m))
        {
            Failure = (Auth, FinalEvent, "Failed to authenticate"),
        },
        new("claude/err-429-max-retries-2", "5eb94e14-ba5b-4f6c-a1f9-92a5ccc30918", "S T T M U F", Used(0, 0, 0, 0, 0.00685m))
        {
            Failure = (Transient, FinalEvent, "Request rejected (429)"),
        },
        new("claude/max-turns", "ac7a95a4-d64d-46e8-a039-0fd1d67d89b8", "S M C R M C R M C R U F", Used(3600, 15, 600, 300, 0.0274m))
        {
            Failure = (Limits, FinalEvent, "Reached maximum number of turns (3)"),
        },
        new("claude/max-budget-usd", "c5a31436-5530-4b21-9e28-60a874822440", "S M C R M C R M C R M C R M C U F", Used(4800, 20, 800, 400, 0.03425m))
        {
            Failure = (Limits, FinalEvent, "Reached maximum budget ($0.03)"),
        },
        new("claude/resume-invalid-uuid-unknown", Unknown, "U F", Used(0, 0, 0, 0, 0m))
        {
            Resumed = Unknown, Failure = (Session, FinalEvent, "No conversation found"),
        },
        new("claude/session-id-reuse", null, "", null) { Asked = Chosen, Failure = (Session, StandardError, "already in use") },
        new("claude/no-verbose", null, "", null) { Failure = (StartUp, StandardError, "requires --verbose") },
        new("claude/seed-flags-verbatim", null, "", null) { Failure = (StartUp, StandardError, "unknown option '--prompt'") },
        new("claude/sigint-during-bash", "219ddda2-d556-479c-8625-bd5151eccebc", "S M C R U F", Used(1200, 6, 200, 100, 0.013725m))
        {
            Failure = (Crash, FinalEvent, "aborted_tools"),
        },
        new("claude/sigterm-during-bash", "e64ab0cc-81c4-4cfa-8685-e25e0cc90806", "S M C", null) { Failure = (Crash, ExitCode, "143") },
        new("claude/sigkill-during-bash", "940218d3-2196-4e83-a881-4a33fa2b6616", "S M C", null) { Failure = (Crash, ExitCode, "137") },
        new("claude/hangmid-sigkill", "952e7a8e-f023-4ff9-bba0-c23e4c0cb056", "S", null) { Failure = (Crash, ExitCode, "137") },

        new("codex/success", "01a1fc8c-5f28-7331-ae14-705fcdbee20d", "S N M U F", Used(1200, 12, 200, 0)),
        new("codex/edit-gpt-5", "01a1fc8c-f308-71c0-9d82-ffa1ee1ba2b8", "S N C R C R C R M U F", Used(4800, 23, 800, 0)),
        new("codex/tool-full", "01a1fc8c-695a-7963-9bef-84a5d55cbdbf", "S N M C R C R M U F", Used(3600, 17, 600, 0)),
        new("codex/overload-503-recovers", "01a1fc8e-18ff-7000-aae4-5481d4aba149", "S N M U F", Used(1200, 6, 200, 0)),
        // It reports 2,400 tokens: those of the session.
        new("codex/resume", "01a1fc8c-5f28-7331-ae14-705fcdbee20d", "S N M U F", Used(1200, 12, 200, 0))
        {
            Resumed = "01a1fc8c-5f28-7331-ae14-705fcdbee20d", UsedBefore = Used(1200, 12, 200, 0),
        },
        new("codex/resume-after-sigkill", "01a1fc8f-6df1-7082-97f9-c7c96a84063e", "S N M U F", Used(1200, 12, 200, 0))
        {
            Resumed = "01a1fc8f-6df1-7082-97f9-c7c96a84063e",
        },
        // It exits 0 and says that all went well, in a new session.
        new("codex/resume-invalid-not-uuid", "01a1fc8d-2101-7e92-a22d-e56075f2023d", "S N M U F", Used(1200, 12, 200, 0))
        {
            Resumed = "not-a-session", Failure = (Session, SessionId, "not-a-session"),
        },
        new("codex/resume-invalid-unknown-uuid", null, "", null) { Resumed = Unknown, Failure = (Session, StandardError, "no rollout found") },
        new("codex/err-401", "01a1fc8d-25f5-7543-9cc1-3e55de460346", "S N T T T T T E F", null) { Failure = (Auth, FinalEvent, "401 Unauthorized") },
        new("codex/err-429", "01a1fc8d-4a9a-72e2-b4e4-f03f5c5cd53d", "S N E F", null) { Failure = (Transient, FinalEvent, "429 Too Many Requests") },
        new("codex/native-sigint-during-bash", "01a1fc91-87e5-7c22-80eb-d1707b997510", "S N M C", null) { Failure = (Crash, ExitCode, "exit code 1") },
        new("codex/native-sigkill-during-bash", "01a1fc91-6d58-7733-aada-7e57446f2967", "S N M C", null) { Failure = (Crash, ExitCode, "137") },

        new("gemini/success", "5c8e0457-86df-4886-a0a2-0fa3182074d1", "S M M M M U F", Used(1200, 12, 0, 0)),
        new("gemini/resume-uuid", "5c8e0457-86df-4886-a0a2-0fa3182074d1", "S M M M M U F", Used(1200, 12, 0, 0))
        {
            Resumed = "5c8e0457-86df-4886-a0a2-0fa3182074d1",
        },
        new("gemini/tool-yolo", "2168260d-276c-44ad-9fa6-227c00974ec2", "S M C R C R M M M M U F", Used(3600, 17, 0, 0)),
        new("gemini/overload-429-recovers", "9eaf085c-ae6c-49fc-a214-796946085920", "S M M M M U F", Used(1200, 6, 0, 0)),
        new("gemini/err-401", "325d2e58-e02b-4c22-ae25-2b77b0f1a5ca", "S U F", Used(0, 0, 0, 0)) { Failure = (Auth, FinalEvent, "UNAUTHENTICATED") },
        new("gemini/max-session-turns-3", "1afe13f9-86f3-4c29-9626-fdba27361e1b", "S M C R M C R M C R U F", Used(3600, 15, 0, 0))
        {
            Failure = (Limits, FinalEvent, "FatalTurnLimitedError"),
        },
        new("gemini/resume-invalid", null, "", null) { Resumed = Unknown, Failure = (Session, StandardError, "Invalid session identifier") },
        new("gemini/sigterm-norelaunch-during-bash", "b11ad4af-de51-47d6-a773-a1669b8dc0c6", "S M C", null)
        {
            Failure = (Crash, ExitCode, "exit code 0 without a final event"),
        },

        new("opencode/success", "ses_e03666cf0ffeK9ptgPHkR70IHn", "S M U F", Used(1200, 12, 0, 0, 0m)),
        new("opencode/resume", "ses_e03666cf0ffeK9ptgPHkR70IHn", "S M U F", Used(1200, 12, 0, 0, 0m)) { Resumed = "ses_e03666cf0ffeK9ptgPHkR70IHn" },
        new("opencode/tool-auto", "ses_e03665f04ffev4zDZKn7zUnuI8", "S M C R U S C R U S M U F", Used(3600, 17, 0, 0, 0m)),
        new("opencode/err-401", "ses_e036623bcffet2RVeVpgoGSMj6", "E", null) { Failure = (Auth, ErrorEvent, "APIError: mock 401") },
        new("opencode/resume-invalid", null, "", null)
        {
            Resumed = "ses_doesnotexist00000000000000", Failure = (Session, StandardError, "Session not found"),
        },
        new("opencode/sigterm-during-bash", "ses_e03657dd0ffeqQWdkHbzdnB9Pk", "S M", null) { Failure = (Crash, ExitCode, "143") },

        new("copilot/success", "de23f746-242f-4327-9108-c3076d79d172", "S M F", null),
        new("copilot/session-id-set", Chosen, "S M F", null) { Asked = Chosen },
        new("copilot/resume", "de23f746-242f-4327-9108-c3076d79d172", "S M F", null) { Resumed = "de23f746-242f-4327-9108-c3076d79d172" },
        new("copilot/tool-allow-all", "d84ddd0e-bbb8-4003-9d1e-2464614af075", "S M C R C R M F", null),
        new("copilot/err-401", "5501b066-4a1e-4caf-8d91-0d473d3930e8", "S T T E F", null) { Failure = (Auth, ErrorEvent, "Authentication failed") },
        new("copilot/native-sigterm-during-bash", "835fb3e8-1d84-416d-8782-17d8c22dd8e4", "S M C F F", null)
        {
            Failure = (Crash, FinalEvent, "user_abort"),
        },
    ];

    public static TheoryData<string> Names => [.. Table.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_recorded_run_is_read_and_judged(string name)
    {
        var expected = Table.Single(row => row.Name == name);
        var transcript = Transcript.Load(name);
        var request = new AgentRequest
        {
            Prompt = "do it", SessionId = expected.Resumed ?? expected.Asked, Resume = expected.Resumed is not null, SessionUsage = expected.UsedBefore,
        };

        var reading = Reading.Of(AgentProfiles.ByName[name.Split('/')[0]], transcript.Output, request);
        var verdict = reading.Run.Judge(transcript.End with { BrokenTail = reading.BrokenTail });

        Assert.Equal(expected.Kinds, reading.Kinds);
        Assert.Equal(expected.Session, reading.Run.SessionId);
        Assert.Equal(expected.Usage, Rounded(reading.Run.Usage));
        if (expected.Failure is not { } failure)
        {
            Assert.IsType<AgentVerdict.Succeeded>(verdict);
            return;
        }

        var failed = Assert.IsType<AgentVerdict.Failed>(verdict);
        Assert.Equal((failure.Class, failure.Source), (failed.Class, failed.Evidence.Source));
        Assert.Contains(failure.Text, failed.Evidence.Text);
        Assert.Null(failed.ResetsAt);
    }

    [Fact]
    public void Every_recorded_run_is_expected()
    {
        var recorded = Directory.EnumerateFiles(Transcript.Folder, "*.stdout.jsonl", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Transcript.Folder, path).Replace(".stdout.jsonl", "").Replace('\\', '/'));

        Assert.Equal(recorded.Order(), Table.Select(row => row.Name).Order());
    }

    private static AgentUsage Used(long input, long output, long cacheRead, long cacheWrite, decimal? cost = null) => new()
    {
        InputTokens = input, OutputTokens = output, CacheReadTokens = cacheRead, CacheWriteTokens = cacheWrite, CostUsd = cost,
    };

    /// <summary>The CLIs add up costs in binary.</summary>
    private static AgentUsage? Rounded(AgentUsage? usage) =>
        usage is null ? null : usage with { CostUsd = usage.CostUsd is { } cost ? Math.Round(cost, 9) : null };

    private sealed record Expected(string Name, string? Session, string Kinds, AgentUsage? Usage)
    {
        public string? Asked { get; init; }

        public string? Resumed { get; init; }

        public AgentUsage UsedBefore { get; init; } = AgentUsage.None;

        public (FailureClass Class, EvidenceSource Source, string Text)? Failure { get; init; }
    }
}
