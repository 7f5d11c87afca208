using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Core.Timeouts;
using static DurableAgentTasks.Core.Tests.Requests.Bodies;

namespace DurableAgentTasks.Core.Tests.Requests;

public sealed class TaskRequestReaderTests
{
    [Fact]
    public void Every_field_of_a_valid_body_is_read()
    {
        var reading = Read(Full);

        Assert.Empty(reading.Errors);
        Assert.True(reading.IsValid);
        var expected = new TaskRequest
        {
            Id = "fix-login",
            Agent = "claude",
            AgentId = "team-a",
            Prompt = "Fix the login bug",
            Plan = new(
            [
                new(1, "Build",
                [
                    new()
                    {
                        Id = "1.1",
                        Title = "compile",
                        Kind = StepKind.Shell,
                        Command = "make -j2",
                        Timeout = TimeSpan.FromMinutes(2),
                        Critical = false,
                        Risky = true,
                        Milestone = true,
                        Approval = new(TimeSpan.FromHours(1), ApprovalDefault.Approve),
                        Retry = new(3, [1, 137]),
                    },
                    new() { Id = "review", Title = "look at it", Kind = StepKind.Agent, Prompt = "Review the change" },
                ]),
                new(2, "Test", [new() { Id = "2.1", Title = "search", Kind = StepKind.Search, Prompt = "Find flaky tests" }]),
            ]),
            Workspace = new() { Path = "/repos/shop", Isolation = WorkspaceIsolation.Worktree, Setup = "npm ci" },
            Environment = new Dictionary<string, string> { ["CI"] = "1", ["EMPTY"] = "" },
            Secrets = ["GITHUB_TOKEN"],
            Timeouts = new() { Task = new(TimeSpan.FromHours(2)), Phase = new(null), Idle = new(TimeSpan.FromMinutes(30)), AgentStep = new(TimeSpan.FromHours(1)) },
            Budgets = new() { CpuTime = TimeSpan.FromHours(1), MemoryBytes = 4_000_000_000, Processes = 50, DiskBytes = 1, Tokens = 1_000_000, CostUsd = 12.5m },
            Priority = -5,
            Webhooks = [new("https://example.org/hook", "HOOK", ["completed"])],
            Deliver = new() { Branch = true, Patch = true },
            CheckpointId = "0123456789abcdef",
            SessionId = "a1b2-c3",
        };
        Assert.Equal(Samples.Write(expected), Samples.Write(reading.Request));
    }

    [Fact]
    public void What_is_not_written_has_its_default()
    {
        var request = Read("""{ "agent": "shell", "workspace": { "path": "/x" }, "plan": { "phases": [ { "title": "p", "steps": [ { "title": "s", "kind": "shell", "command": "true" } ] } ] } }""").Request!;

        Assert.Equal((null, null, 0, null), (request.Id, request.Prompt, request.Priority, request.Timeouts));
        Assert.Equal(WorkspaceIsolation.InPlace, request.Workspace.Isolation);
        Assert.Equal(new Step { Id = "1.1", Title = "s", Kind = StepKind.Shell, Command = "true", Critical = true }, request.Plan!.Steps.Single());
    }

    [Theory]
    [InlineData(Full)]
    [InlineData(Minimal)]
    [InlineData("""{ "agent": "claude", "prompt": "x", "workspace": { "repository": "https://example.org/shop.git", "ref": "main" }, "timeouts": {} }""")]
    public void A_request_written_as_JSON_reads_as_itself(string body)
    {
        var written = Samples.Write(Read(body).Request);

        Assert.Equal(written, Samples.Write(Read(written).Request));
        Assert.Equal(written, Samples.Write(Samples.Read<TaskRequest>(written)));
    }

    [Fact]
    public void All_errors_are_told_at_once()
    {
        var errors = Read("""
            { "id": "Fix/Login", "agent": "cloud", "plan": { "phases": [ { "steps": [ { "title": "t", "kind": "shel", "timeout": "1h" } ] }, { "title": "b", "steps": [] } ] },
              "workspace": {}, "priority": 101, "colour": 1 }
            """).Errors;

        Assert.Equal(
            [
                "colour", "agent", "id", "plan.phases[0].title", "plan.phases[0].steps[0].kind", "plan.phases[0].steps[0].timeout",
                "plan.phases[1].steps", "workspace", "priority",
            ],
            errors.Select(error => error.Path));
    }

    [Theory]
    [InlineData("null", "is missing: write a JSON object")]
    [InlineData("[]", "must be an object, not an array.")]
    [InlineData("\"x\"", "must be an object, not a string.")]
    public void A_body_is_an_object(string body, string message) => SaysOnly(Read(body).Errors, "$", message);

    [Fact]
    public void No_body_at_all_is_an_error() => SaysOnly(TaskRequestReader.Read(default, Samples.Rules).Errors, "$", "must be an object, not nothing.");

    [Fact]
    public void An_empty_body_is_told_what_is_needed()
    {
        var errors = Read("{}").Errors;

        Says(errors, "agent", "is missing: name the agent that does the work, one of claude, shell.");
        Says(errors, "prompt", "is missing: say what is to be done in \"prompt\", or give a \"plan\".");
        Says(errors, "workspace", "is missing: write {\"path\"");
        Assert.Equal(3, errors.Count);
    }

    [Theory]
    [InlineData("\"Fix Login!\"", "\"Fix Login!\" is not allowed. A task id is of a-z, 0-9 and '-', and begins with a letter or digit; 'F' is not one of them. For example \"fix-login\".")]
    [InlineData("\"a/b\"", "'/' is not one of them. For example \"a-b\".")]
    [InlineData("\"..\"", "'.' is not one of them.")]
    [InlineData("\"-a\"", "it begins with '-'. For example \"a\".")]
    [InlineData("\"caf\u00e9\"", "U+00E9 is not one of them. For example \"caf\".")]
    [InlineData("\"a\\u0007b\"", "\"a\\u{0007}b\" is not allowed. A task id is of a-z, 0-9 and '-', and begins with a letter or digit; U+0007 is not one of them.")]
    [InlineData("\"a\\u202eb\"", "\"a\\u{202E}b\"")]
    [InlineData("\"\"", "must not be empty; leave it out")]
    [InlineData("\"\\ud800\"", "is not valid Unicode")]
    [InlineData("7", "must be a string, not a number.")]
    public void A_wrong_id_is_told_what_is_wrong_with_it(string id, string message) => SaysOnly(With("id", id), "id", message);

    [Fact]
    public void A_long_id_is_not_repeated_in_full()
    {
        var error = Assert.Single(With("id", $"\"{new string('a', 300)}\""));

        Assert.Contains("at most 63 characters, not 300", error.Message, StringComparison.Ordinal);
        Assert.True(error.Message.Length < 200);
    }

    [Theory]
    [InlineData("\"cloud\"", "\"cloud\" is unknown: this host has claude, shell. Did you mean \"claude\"?")]
    [InlineData("\"gemini\"", "\"gemini\" is unknown: this host has claude, shell.")]
    [InlineData("null", "is missing")]
    [InlineData("[]", "must be the name of an agent, not an array.")]
    public void An_unknown_agent_is_told_the_known_ones(string agent, string message) => SaysOnly(With("agent", agent), "agent", message);

    [Fact]
    public void A_shell_cannot_plan() => SaysOnly(With("agent", "\"shell\""), "plan", "the agent \"shell\" runs the commands of a plan");

    [Theory]
    [InlineData("env", "There is no such field: call it \"environment\".")]
    [InlineData("Prompt", "There is no such field. Did you mean \"prompt\"?")]
    [InlineData("agent_id", "Did you mean \"agentId\"?")]
    [InlineData("steps", "put it into \"plan\"")]
    [InlineData("zzzzzzzzzzz", "Known here: id, agent, agentId, prompt,")]
    public void An_unknown_field_is_told_the_nearest_known_one(string field, string message) => SaysOnly(With(field, "1"), field, message);

    [Fact]
    public void A_field_with_a_strange_name_is_shown_on_one_line() =>
        Says(With("a\nb", "1"), "$[\"a\\u{000A}b\"]", "There is no such field");

    [Fact]
    public void A_field_whose_name_is_no_text_is_an_error() =>
        Says(Read("""{ "\ud800": 1 }""").Errors, "$", "whose name is not valid Unicode");

    [Fact]
    public void A_field_that_is_written_twice_is_an_error() =>
        SaysOnly(Read("""{ "agent": "claude", "agent": "shell", "prompt": "x", "workspace": { "path": "/x" } }""").Errors, "agent", "is written more than once; keep one.");

    [Theory]
    [InlineData("101", "must be a whole number from -100 to 100, not 101.")]
    [InlineData("1.5", "not 1.5.")]
    [InlineData("1e999", "not 1e999.")]
    [InlineData("\"5\"", "must be a whole number from -100 to 100, not a string.")]
    public void A_priority_is_a_whole_number_within_bounds(string priority, string message) => SaysOnly(With("priority", priority), "priority", message);

    [Fact]
    public void A_number_of_a_million_digits_is_not_repeated()
    {
        var error = Assert.Single(With("priority", new string('9', 1_000_000)));

        Assert.True(error.Message.Length < 200);
    }

    [Theory]
    [InlineData("""{ "task": "P1000D" }""", "timeouts.task", "a task may take more than PT0S and at most P366D, or null for no limit.")]
    [InlineData("""{ "task": "-PT1H" }""", "timeouts.task", "\"-PT1H\" is out of range")]
    [InlineData("""{ "idle": "PT0S" }""", "timeouts.idle", "out of range")]
    [InlineData("""{ "task": 7200 }""", "timeouts.task", "for 7200 seconds write \"PT7200S\".")]
    [InlineData("""{ "task": -7200 }""", "timeouts.task", "must be an ISO 8601 duration such as \"PT1H30M\", not a number.")]
    [InlineData("""{ "shell": "PT1H" }""", "timeouts.shell", "each step of the plan has its own \"timeout\"")]
    [InlineData("7", "timeouts", "must be an object, not a number.")]
    public void A_limit_is_a_duration_within_bounds(string timeouts, string path, string message) => SaysOnly(With("timeouts", timeouts), path, message);

    [Fact]
    public void Where_the_operator_has_a_maximum_no_limit_is_refused()
    {
        var rules = new TaskRequestRules { Agents = ["claude"], Timeouts = TimeoutOptions.For(TimeoutPreset.Guide) };
        var body = Samples.Parse("""{ "agent": "claude", "prompt": "x", "workspace": { "path": "/x" }, "timeouts": { "task": null, "phase": "PT31M", "idle": null } }""");

        var errors = TaskRequestReader.Read(body, rules).Errors;

        Says(errors, "timeouts.task", "must not be null: a task may take more than PT0S and at most PT4H.");
        Says(errors, "timeouts.phase", "more than PT0S and at most PT30M.");
        Assert.Equal(2, errors.Count);
    }

    [Theory]
    [InlineData("""{ "processes": 0 }""", "budgets.processes", "from 1 to 1,000,000, not 0.")]
    [InlineData("""{ "tokens": 99999999999999999999 }""", "budgets.tokens", "of at least 1, not 99999999999999999999.")]
    [InlineData("""{ "costUsd": 0 }""", "budgets.costUsd", "must be more than 0 and at most 1,000,000, not 0.")]
    [InlineData("""{ "costUsd": 1e400 }""", "budgets.costUsd", "not 1e400.")]
    [InlineData("""{ "cpuTime": "P9999D" }""", "budgets.cpuTime", "at most P366D.")]
    [InlineData("""{ "memory": 1 }""", "budgets.memory", "\"memoryBytes\"")]
    public void Budgets_are_positive(string budgets, string path, string message) => SaysOnly(With("budgets", budgets), path, message);

    [Theory]
    [InlineData("checkpointId", "\"xyz\"", "a checkpoint id is 16 hex digits")]
    [InlineData("checkpointId", "\"0123456789abcdeg\"", "a checkpoint id is 16 hex digits")]
    [InlineData("sessionId", "\"--dangerous\"", "begins with a letter or digit")]
    [InlineData("sessionId", "\"a b\"", "a session id is")]
    [InlineData("agentId", "\"..\"", "not dots alone")]
    [InlineData("agentId", "\"a/b\"", "an agentId is 1 to 64 characters")]
    [InlineData("deliver", "true", "must be an object, not true.")]
    [InlineData("prompt", "\" \"", "must not be empty: write 1 to 100,000 characters.")]
    [InlineData("prompt", "\"a\\u0000b\"", "contains a NUL character (U+0000) at position 2; remove it.")]
    public void Other_fields_are_checked_too(string field, string value, string message) => SaysOnly(With(field, value), field, message);

    [Fact]
    public void A_switch_is_true_or_false() => SaysOnly(With("deliver", """{ "push": "yes" }"""), "deliver.push", "must be true or false, not a string.");

    [Fact]
    public void A_body_of_countless_errors_has_an_answer_of_readable_size()
    {
        var errors = WithSteps(string.Join(',', Enumerable.Repeat("{}", 1000)));

        Assert.Equal(201, errors.Count);
        Assert.Equal("1,800 more errors are not listed; mend these first.", errors[^1].Message);
    }
}
