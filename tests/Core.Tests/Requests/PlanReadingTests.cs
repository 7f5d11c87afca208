using DurableAgentTasks.Core.Requests;
using static DurableAgentTasks.Core.Tests.Requests.Bodies;

namespace DurableAgentTasks.Core.Tests.Requests;

public sealed class PlanReadingTests
{
    private const string Step = """{ "title": "s", "kind": "shell", "command": "true" }""";

    [Theory]
    [InlineData("{}", "plan.phases", "is missing: a plan has at least one phase")]
    [InlineData("""{ "phases": [] }""", "plan.phases", "is empty: a plan has at least one phase")]
    [InlineData("""{ "phases": [ null ] }""", "plan.phases[0]", "must not be null; remove it.")]
    [InlineData("""{ "phases": {} }""", "plan.phases", "must be an array of phases, not an object.")]
    [InlineData("""{ "phases": [ { "title": "p" } ] }""", "plan.phases[0].steps", "is missing: a phase has at least one step.")]
    [InlineData("""{ "phases": [ { "title": "p", "steps": [] } ] }""", "plan.phases[0].steps", "is empty: a phase has at least one step")]
    [InlineData($$"""{ "phases": [ { "title": "", "steps": [ {{Step}} ] } ] }""", "plan.phases[0].title", "must not be empty: write 1 to 10,000 characters.")]
    [InlineData($$"""{ "phases": [ { "steps": [ {{Step}} ] } ] }""", "plan.phases[0].title", "is missing: say what the phase is for.")]
    [InlineData($$"""{ "phases": [ { "id": 2, "title": "p", "steps": [ {{Step}} ] } ] }""", "plan.phases[0].id", "must be 1: phases are numbered in the order they are listed.")]
    [InlineData($$"""{ "phases": [ { "title": "p", "dependsOn": [2], "steps": [ {{Step}} ] } ] }""", "plan.phases[0].dependsOn", "run in the order they are listed")]
    [InlineData("""{ "steps": [], "phases": [] }""", "plan.steps", "put steps into a phase")]
    public void A_wrong_plan_is_told_how_to_mend_it(string plan, string path, string message) => Says(With("plan", plan), path, message);

    [Theory]
    [InlineData("""{ "kind": "shell", "command": "x" }""", "title", "is missing: say what the step does.")]
    [InlineData("""{ "title": "s", "command": "x" }""", "kind", "is missing: write one of agent, shell, file, browser, search.")]
    [InlineData("""{ "title": "s", "kind": "shel", "command": "x" }""", "kind", "\"shel\" is unknown: write one of agent, shell, file, browser, search. Did you mean \"shell\"?")]
    [InlineData("""{ "title": "s", "kind": "SHELL", "command": "x" }""", "kind", "Did you mean \"shell\"?")]
    [InlineData("""{ "title": "s", "kind": 1, "command": "x" }""", "kind", "must be one of agent, shell, file, browser, search, not a number.")]
    [InlineData("""{ "title": "s", "kind": "shell" }""", "command", "is missing: a step of kind shell says what to run.")]
    [InlineData("""{ "title": "s", "kind": "agent" }""", "prompt", "is missing: a step of kind agent says what the agent is to do.")]
    [InlineData("""{ "title": "s", "kind": "shell", "command": "x", "prompt": "y" }""", "prompt", "is not for a step of kind shell")]
    [InlineData("""{ "title": "s", "kind": "file", "command": "x", "prompt": "y" }""", "command", "is not for a step of kind file")]
    [InlineData("""{ "title": "s", "kind": "shell", "command": "a\u0000b" }""", "command", "NUL character (U+0000) at position 2")]
    [InlineData("""{ "title": "s", "kind": "shell", "command": "x", "timeout": "P1DT1S" }""", "timeout", "a step of kind shell may take more than PT0S and at most P1D.")]
    [InlineData("""{ "title": "s", "kind": "file", "prompt": "x", "timeout": "PT61S" }""", "timeout", "a step of kind file may take more than PT0S and at most PT1M.")]
    [InlineData("""{ "title": "s", "kind": "agent", "prompt": "x", "timeout": "P367D" }""", "timeout", "at most P366D.")]
    [InlineData("""{ "title": "s", "kind": "shell", "command": "x", "timeout": "P1M" }""", "timeout", "\"P1M\" is no ISO 8601 duration: write it like \"PT30S\"")]
    [InlineData("""{ "title": "s", "kind": "shell", "command": "x", "critical": 1 }""", "critical", "must be true or false, not a number.")]
    [InlineData("""{ "title": "s", "kind": "shell", "command": "x", "retry": { "maxAttempts": 5 } }""", "retry.maxAttempts", "must be a whole number from 1 to 4, not 5.")]
    [InlineData("""{ "title": "s", "kind": "shell", "command": "x", "retry": {} }""", "retry.maxAttempts", "is missing")]
    [InlineData("""{ "title": "s", "kind": "shell", "command": "x", "retry": { "maxAttempts": 2, "onExitCodes": [1, 256] } }""", "retry.onExitCodes[1]", "from 0 to 255, not 256.")]
    [InlineData("""{ "title": "s", "kind": "shell", "command": "x", "approval": {} }""", "approval.timeout", "is missing: say how long")]
    [InlineData("""{ "title": "s", "kind": "shell", "command": "x", "approval": { "timeout": "PT1H", "default": "maybe" } }""", "approval.default", "write one of approve, reject.")]
    [InlineData("""{ "title": "s", "kind": "shell", "command": "x", "id": "a b" }""", "id", "the id of a step is 1 to 64 characters of")]
    [InlineData("""{ "title": "s", "kind": "shell", "command": "x", "id": ".." }""", "id", "not dots alone")]
    [InlineData("""{ "title": "s", "kind": "shell", "command": "x", "id": "Plan" }""", "id", "must not be \"plan\", which is the step that makes a plan")]
    [InlineData("""{ "title": "s", "kind": "shell", "command": "x", "dependsOn": ["1.1"] }""", "dependsOn", "run in the order they are listed")]
    [InlineData("""{ "title": "s", "kind": "shell", "command": "x", "timeout_ms": 5 }""", "timeout_ms", "write \"timeout\" as an ISO 8601 duration")]
    public void A_wrong_step_is_told_how_to_mend_it(string step, string field, string message) =>
        SaysOnly(WithSteps(step), $"plan.phases[0].steps[0].{field}", message);

    [Fact]
    public void A_step_is_an_object() => SaysOnly(WithSteps("\"make\""), "plan.phases[0].steps[0]", "must be an object, not a string.");

    [Theory]
    [InlineData("a", "a")]
    [InlineData("a", "A")]
    [InlineData("1.2", null)]
    public void Ids_are_unique_over_the_plan(string first, string? second)
    {
        var errors = WithSteps($$"""
            { "id": "{{first}}", "title": "s", "kind": "shell", "command": "x" },
            { "id": {{(second is null ? "null" : $"\"{second}\"")}}, "title": "s", "kind": "shell", "command": "x" }
            """);

        SaysOnly(errors, "plan.phases[0].steps[1].id", "is also that of plan.phases[0].steps[0]: ids are unique over the plan");
    }

    [Fact]
    public void A_shell_runs_commands_only()
    {
        var plan = Samples.Parse("""{ "phases": [ { "title": "p", "steps": [ { "title": "s", "kind": "agent", "prompt": "x" } ] } ] }""");

        SaysOnly(TaskRequestReader.ReadPlan(plan, "shell", Samples.Rules).Errors, "phases[0].steps[0].kind", "the agent \"shell\" runs commands only.");
        Assert.True(TaskRequestReader.ReadPlan(plan, "claude", Samples.Rules).IsValid);
    }

    [Theory]
    [InlineData("null", "is missing: write {\"phases\"")]
    [InlineData("7", "must be an object, not a number.")]
    public void A_plan_alone_is_an_object(string plan, string message) =>
        SaysOnly(TaskRequestReader.ReadPlan(Samples.Parse(plan), "claude", Samples.Rules).Errors, "$", message);

    [Fact]
    public void A_plan_has_at_most_so_many_phases()
    {
        var phases = string.Join(',', Enumerable.Repeat($$"""{ "title": "p", "steps": [ {{Step}} ] }""", 1001));

        SaysOnly(With("plan", $$"""{ "phases": [ {{phases}} ] }"""), "plan.phases", "has 1,001 items; at most 1,000 are allowed.");
    }

    [Fact]
    public void A_plan_has_at_most_so_many_steps_in_all_phases_together()
    {
        var phase = $$"""{ "title": "p", "steps": [ {{string.Join(',', Enumerable.Repeat(Step, 5001))}} ] }""";

        SaysOnly(With("plan", $$"""{ "phases": [ {{phase}}, {{phase}} ] }"""), "plan.phases[1].steps[4999]", "is one step too many: a plan has at most 10,000.");
    }

    [Theory]
    [InlineData(10_000, null)]
    [InlineData(10_001, "is 10,001 characters long; at most 10,000 are allowed.")]
    public void A_title_is_bounded(int length, string? message)
    {
        var errors = WithSteps($$"""{ "title": "{{new string('t', length)}}", "kind": "shell", "command": "x" }""");

        Expect(errors, "plan.phases[0].steps[0].title", message);
    }

    [Theory]
    [InlineData('x', 100_000, null)]
    [InlineData('x', 100_001, "is 100,001 characters long; at most 100,000 are allowed.")]
    [InlineData('✓', 33_333, null)]
    [InlineData('✓', 33_334, "is 100,002 bytes of UTF-8 long; at most 100,000 are allowed.")]
    public void A_command_is_bounded_by_its_bytes(char character, int length, string? message)
    {
        var errors = WithSteps($$"""{ "title": "t", "kind": "shell", "command": "{{new string(character, length)}}" }""");

        Expect(errors, "plan.phases[0].steps[0].command", message);
    }

    [Theory]
    [InlineData(100_000, null)]
    [InlineData(100_001, "is 100,001 characters long; at most 100,000 are allowed.")]
    public void A_prompt_is_bounded(int length, string? message)
    {
        var errors = WithSteps($$"""{ "title": "t", "kind": "agent", "prompt": "{{new string('x', length)}}" }""");

        Expect(errors, "plan.phases[0].steps[0].prompt", message);
    }

    private static void Expect(IReadOnlyList<RequestError> errors, string path, string? message)
    {
        if (message is null) Assert.Empty(errors);
        else SaysOnly(errors, path, message);
    }
}
