using DurableAgentTasks.Agents.Planning;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Requests;

namespace DurableAgentTasks.Agents.Tests.Planning;

public sealed class PlanTextTests
{
    private const string Plan = """{"phases": [{"title": "Build", "steps": [{"title": "compile", "kind": "shell", "command": "make {all} \"}\""}]}]}""";

    private static readonly TaskRequestRules Rules = new() { Agents = ["claude"] };

    [Theory]
    [InlineData(Plan)]
    [InlineData("Here is the plan:\n\n```json\n" + Plan + "\n```\n\nShall I go on?")]
    [InlineData("```\n" + Plan + "```")]
    [InlineData("I looked at `function f() { return {}; }` and at {braces}. " + Plan + " It follows { and }.")]
    [InlineData("First I thought of {\"phases\": []}, but then: " + Plan + " with {\"risk\": \"low\"}")]
    [InlineData("\uFEFF" + Plan)]
    [InlineData("{{ " + Plan + " }}")]
    public void A_plan_is_found_with_anything_around_it(string answer)
    {
        var found = PlanText.Find(answer);

        Assert.True(found.IsFound);
        var reading = TaskRequestReader.ReadPlan(found.Json.Value, "claude", Rules);
        Assert.Empty(reading.Errors);
        Assert.Equal("make {all} \"}\"", Assert.Single(reading.Plan!.Steps).Command);
    }

    [Fact]
    public void A_trailing_comma_and_a_comment_do_no_harm()
    {
        const string answer = """{"phases": [ /* one */ {"title": "Build", "steps": [{"title": "t", "kind": "agent", "prompt": "p"},]},]}""";

        Assert.True(TaskRequestReader.ReadPlan(PlanText.Find(answer).Json!.Value, "claude", Rules).IsValid);
    }

    [Theory]
    [InlineData("", "no JSON object")]
    [InlineData("I cannot make a plan for { this }.", "no JSON object")]
    [InlineData("{\"phases\": [{\"title\": \"Build\", \"steps\": [{\"title\": \"t\", \"kind\": \"agent\"}]", "not well formed")]
    [InlineData("{\"phases\": [{\"title\": \"Build\",\n\"steps\": [{\"title\": \"t\"},\nkind]}]}", "line 3")]
    public void What_is_no_plan_says_why(string answer, string why)
    {
        var found = PlanText.Find(answer);

        Assert.False(found.IsFound);
        Assert.Equal("$", found.Error.Path);
        Assert.Contains(why, found.Error.Message);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"a\":")]
    [InlineData("{\"a\":[1,")]
    [InlineData("{\"a\":\"")]
    [InlineData("{},")]
    public void A_text_of_nothing_but_beginnings_ends(string piece) =>
        Assert.NotNull(PlanText.Find(string.Concat(Enumerable.Repeat(piece, 1_000_000 / piece.Length))));

    [Fact]
    public void The_prompt_has_the_task_and_a_shape_that_is_itself_a_valid_plan()
    {
        var prompt = PlanningPrompt.For("Fix the login bug");

        Assert.Contains("Fix the login bug", prompt);
        var plan = TaskRequestReader.ReadPlan(PlanText.Find(prompt).Json!.Value, "claude", Rules).Plan!;
        Assert.Equal([StepKind.Agent, StepKind.Shell], plan.Steps.Select(step => step.Kind));
    }

    [Fact]
    public void The_second_prompt_says_what_was_wrong_but_not_all_of_it()
    {
        var errors = Enumerable.Range(0, 30).Select(i => new RequestError($"phases[{i}].title", "is missing.")).ToList();

        var prompt = PlanningPrompt.Again(errors);

        Assert.Contains("- phases[0].title: is missing.\n- phases[1].title", prompt);
        Assert.Contains("- and 10 more", prompt);
        Assert.DoesNotContain("phases[20]", prompt);
        Assert.True(PlanText.Find(prompt).IsFound);
    }
}
