using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DurableAgentTasks.Activities.Secrets;

namespace DurableAgentTasks.Activities.Tests.Secrets;

public sealed class SecretMaskTests
{
    private const string Token = "ghp_S3cret/Value+1";

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Theory]
    [InlineData("token=ghp_S3cret/Value+1.", "token=***.")]
    [InlineData("ghp_S3cret/Value+1ghp_S3cret/Value+1", "******")]
    [InlineData("ghp_S3cret/Value+", "ghp_S3cret/Value+")]
    [InlineData("ghp_ghp_S3cret/Value+1", "ghp_***")]
    [InlineData("?token=ghp_S3cret%2FValue%2B1&x", "?token=***&x")]
    [InlineData("grüße 🎉 ghp_S3cret/Value+1", "grüße 🎉 ***")]
    [InlineData("nothing \uD800 here", "nothing \uD800 here")]
    [InlineData("", "")]
    public void A_value_is_replaced_wherever_it_stands(string text, string masked) => Assert.Equal(masked, SecretMask.Of([Token]).Apply(text));

    [Theory]
    [InlineData("with \"quotes\" and \\ in it")]
    [InlineData("tab\tand\nline")]
    [InlineData("größer & <älter>")]
    public void A_value_is_found_as_JSON_writes_it(string value)
    {
        var mask = SecretMask.Of([value]);

        Assert.Equal("{\"a\":\"***\"}", mask.Apply(JsonSerializer.Serialize(new { a = value })));
        Assert.Equal("{\"a\":\"***\"}", mask.Apply(JsonSerializer.Serialize(new { a = value }, Relaxed)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("u:")]
    [InlineData("us:")]
    [InlineData("use:")]
    [InlineData("user:")]
    public void A_value_is_found_in_a_header_of_basic_authentication(string user)
    {
        const string value = "correct-horse-battery-??>>";
        var header = Convert.ToBase64String(Encoding.UTF8.GetBytes(user + value + "."));

        var masked = SecretMask.Of([value]).Apply($"Basic {header}");
        var url = SecretMask.Of([value]).Apply($"Basic {header.Replace('+', '-').Replace('/', '_')}");

        Assert.Contains("***", masked);
        Assert.InRange(masked.Length, 0, "Basic ".Length + 3 + ((user.Length + 3) / 3 * 4) + 8);
        Assert.Contains("***", url);
    }

    [Fact]
    public void Each_line_of_a_value_is_replaced_and_short_ones_are_not()
    {
        var mask = SecretMask.Of(["-----BEGIN KEY-----\r\nMIIEvgIBADANBg\r\nshort\r\n-----END KEY-----"]);

        Assert.Equal("***\n***\nshort\n***", mask.Apply("-----BEGIN KEY-----\nMIIEvgIBADANBg\nshort\n-----END KEY-----"));
    }

    [Fact]
    public void Of_values_that_begin_together_the_longest_counts() =>
        Assert.Equal("*** *** ***x", SecretMask.Of(["abcd", "abcdefgh", "defghijk"]).Apply("abcdefgh abcd abcdefghx"));

    [Fact]
    public void A_value_too_short_to_be_masked_is_refused() => Assert.Throws<ArgumentException>(() => SecretMask.Of(["long enough", "abc"]));

    [Fact]
    public void Without_secrets_nothing_stands_between()
    {
        DurableAgentTasks.Agents.Processes.OutputSink sink = (_, _, _, _, _) => ValueTask.CompletedTask;

        Assert.Same(sink, SecretMask.Of([]).Before(sink));
        Assert.True(SecretMask.None.IsEmpty);
    }

    [Theory]
    [InlineData("cut: hunter2-and-m", "cut: ***")]
    [InlineData("hunter2-and-more hunt", "*** ***")]
    [InlineData("hunter2-and-more hun", "*** hun")]
    [InlineData("cut: hun", "cut: hun")]
    [InlineData("hunter2-and-morehunter2-and-more", "******")]
    [InlineData("", "")]
    public void A_value_that_was_cut_off_with_its_text_is_masked_too(string text, string masked) =>
        Assert.Equal(masked, SecretMask.Of(["hunter2-and-more"]).ApplyToExcerpt(text));
}
