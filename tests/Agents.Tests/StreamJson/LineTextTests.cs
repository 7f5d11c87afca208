using System.Text;
using DurableAgentTasks.Agents.StreamJson;

namespace DurableAgentTasks.Agents.Tests.StreamJson;

public sealed class LineTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("  \t ", "")]
    [InlineData("\u001b[91m\u001b[1mError: \u001b[0mSession not found", "Error: Session not found")]
    [InlineData("\u001b[38;5;12mblue\u001b[K", "blue")]
    [InlineData("\u001b]0;title\u0007text", "text")]
    [InlineData("\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\", "link")]
    [InlineData("\u001b]0;title\u001b", "")]
    [InlineData("a\u001b", "a")]
    [InlineData("a\u001b[", "a")]
    [InlineData("a\u001b[31", "a")]
    [InlineData("a\u001b]", "a")]
    [InlineData("a\u001b(b", "ab")]
    [InlineData("\0one\0two\0", "onetwo")]
    [InlineData("\uFEFF{}", "{}")]
    public void What_is_for_terminals_is_taken_away(string line, string clean) =>
        Assert.Equal(clean, Encoding.UTF8.GetString(new LineText().Clean(Encoding.UTF8.GetBytes(line))));

    [Theory]
    [InlineData("{\"a\":1}$", "{\"a\":1}")]
    [InlineData("{\"a\":1} $ ", "{\"a\":1}")]
    [InlineData("{\"a\":\"$\"}", "{\"a\":\"$\"}")]
    public void A_trailing_dollar_is_cut_off_an_object(string line, string json)
    {
        var clean = new LineText().Clean(Encoding.UTF8.GetBytes(line));

        Assert.True(LineText.IsObject(ref clean));
        Assert.Equal(json, Encoding.UTF8.GetString(clean));
    }

    [Theory]
    [InlineData(@"one\ntwo\t\""\\\/", "one\ntwo\t\"\\/")]
    [InlineData(@"\u00fc\ud83c\udf89", "ü🎉")]
    [InlineData(@"cut \u00", "cut ")]
    [InlineData(@"cut \", "cut ")]
    [InlineData(@"\uzzzz!", "\uFFFD!")]
    public void A_JSON_string_is_read_whatever_is_in_it(string inside, string text) =>
        Assert.Equal(text, JsonText.Decode(Encoding.UTF8.GetBytes(inside)));

    [Fact]
    public void A_JSON_string_of_invalid_UTF_8_is_read() => Assert.Equal("a\uFFFDb\n", JsonText.Decode([(byte)'a', 0xff, (byte)'b', (byte)'\\', (byte)'n']));
}
