using System.Text.Json;
using DurableAgentTasks.Core.Requests;
using static DurableAgentTasks.Core.Tests.Requests.Bodies;

namespace DurableAgentTasks.Core.Tests.Requests;

public sealed class SecrecyTests
{
    private const string Token = "ghp_0123456789abcdefABCDEF0123456789abcd";

    [Theory]
    [InlineData("""{ "": "x" }""", "environment", "has a variable without a name")]
    [InlineData("""{ "A=hunter2": "x" }""", "environment", "has a name with '=' in it: write {\"A\": \"value\"}.")]
    [InlineData("""{ "A\u0000": "x" }""", "environment", "\"A\\u{0000}\"")]
    [InlineData("""{ "A": 1 }""", "environment.A", "must be a string, in quotes, not a number.")]
    [InlineData("""{ "A": null }""", "environment.A", "must be a string, not null: write \"\" for an empty value")]
    [InlineData("""{ "A": "hunter2\u0000" }""", "environment.A", "contains a NUL character")]
    [InlineData("""{ "A": "hunter2\ud800" }""", "environment.A", "is not valid Unicode")]
    [InlineData("""{ "A": { "hunter2": 1 } }""", "environment.A", "must be a string, in quotes, not an object.")]
    [InlineData("""{ "A B": ["hunter2"] }""", "environment[\"A B\"]", "not an array.")]
    [InlineData("[\"A=hunter2\"]", "environment", "must be an object, not an array.")]
    public void A_wrong_environment_is_told_how_to_mend_it_without_its_values(string environment, string path, string message)
    {
        var errors = With("environment", environment);

        SaysOnly(errors, path, message);
        Assert.DoesNotContain("hunter2", Samples.Write(errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[\"A\", \"A\"]", "secrets[1]", "\"A\" is listed twice; keep one.")]
    [InlineData("[\"hunter2 \"]", "secrets[0]", "the name of a secret is 1 to 127 characters")]
    [InlineData("[7]", "secrets[0]", "must be the name of a secret, not a number.")]
    [InlineData("[null]", "secrets[0]", "must not be null")]
    [InlineData($"[\"{Token}\"]", "secrets[0]", "looks like a secret's value: write its name only")]
    [InlineData("{ \"A\": \"hunter2\" }", "secrets", "must be an array of names, not an object.")]
    public void Secrets_are_names(string secrets, string path, string message)
    {
        var errors = With("secrets", secrets);

        SaysOnly(errors, path, message);
        Assert.DoesNotContain("hunter2", Samples.Write(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_has_no_value_in_the_environment() =>
        SaysOnly(
            Read("""{ "agent": "claude", "prompt": "x", "workspace": { "path": "/x" }, "environment": { "A": "1" }, "secrets": [ "A" ] }""").Errors,
            "secrets[0]",
            "\"A\" also has a value in environment; remove it there");

    [Theory]
    [InlineData("""{ "url": "ftp://example.org" }""", "webhooks[0].url", "must be an absolute http or https address")]
    [InlineData("""{ "url": "/hook" }""", "webhooks[0].url", "must be an absolute http or https address")]
    [InlineData("""{ "url": "https://ann:hunter2@example.org" }""", "webhooks[0].url", "must not contain a user name or password")]
    [InlineData("""{ "url": "https://example.org", "secret": "hunter2!" }""", "webhooks[0].secret", "must be a name, not a value")]
    [InlineData("""{ "url": "https://example.org", "events": ["hunter 2"] }""", "webhooks[0].events[0]", "the name of an event is")]
    [InlineData("""{}""", "webhooks[0].url", "is missing")]
    public void A_wrong_webhook_is_told_how_to_mend_it(string webhook, string path, string message)
    {
        var errors = With("webhooks", $"[{webhook}]");

        SaysOnly(errors, path, message);
        Assert.DoesNotContain("hunter2", Samples.Write(errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("id")]
    [InlineData("agent")]
    [InlineData("agentId")]
    [InlineData("checkpointId")]
    [InlineData("timeouts")]
    [InlineData("priority")]
    [InlineData("workspace")]
    public void A_token_in_the_wrong_place_is_not_repeated(string field)
    {
        foreach (var json in new[] { $"\"{Token}\"", $"\"{Token}/x\"", $$"""{ "{{Token}}": "{{Token}}" }""", $$"""{ "path": "{{Token}}", "task": "{{Token}}" }""" })
        {
            Assert.DoesNotContain(Token, JsonSerializer.Serialize(With(field, json)), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("GITHUB_TOKEN")]
    [InlineData("claude-sonnet-4-5-20250929")]
    [InlineData("the quick brown fox jumps over 13 lazy Dogs")]
    [InlineData("my-task-that-fixes-the-login-page-in-2026")]
    public void An_ordinary_name_is_repeated(string text) => Assert.Equal($"\"{text}\"", Shown.Text(text));

    [Theory]
    [InlineData("a\"b\\c", "\"a\\\"b\\\\c\"")]
    [InlineData("a\tb", "\"a\\u{0009}b\"")]
    [InlineData("é✓😀", "\"é✓😀\"")]
    public void What_is_repeated_is_on_one_line(string text, string expected) => Assert.Equal(expected, Shown.Text(text));

    [Fact]
    public void What_is_repeated_is_short() => Assert.Equal($"\"{string.Concat(Enumerable.Repeat("😀", 60))}…\"", Shown.Text(string.Concat(Enumerable.Repeat("😀", 61))));

    [Theory]
    [InlineData(500, 10, null)]
    [InlineData(501, 10, "has 501 variables; at most 500 are allowed.")]
    [InlineData(9, 32_000, "at most 256,000 are allowed. Put large values into a file")]
    public void The_environment_is_bounded(int count, int length, string? message)
    {
        var variables = Enumerable.Range(0, count).Select(n => $"\"V{n}\": \"{new string('x', length)}\"");
        var errors = With("environment", $$"""{ {{string.Join(',', variables)}} }""");

        if (message is null) Assert.Empty(errors);
        else SaysOnly(errors, "environment", message);
    }
}
