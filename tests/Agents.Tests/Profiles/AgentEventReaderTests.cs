using System.Text;
using DurableAgentTasks.Agents.Profiles;
using FsCheck;
using FsCheck.Fluent;

namespace DurableAgentTasks.Agents.Tests.Profiles;

public sealed class AgentEventReaderTests
{
    private const string Init = """{"type":"system","subtype":"init","session_id":"s1","model":"m"}""";
    private const string Hello = """{"type":"assistant","message":{"content":[{"type":"text","text":"hello"}]},"session_id":"s1"}""";

    [Theory]
    [InlineData(Init + "\n" + Hello + "\n")]
    [InlineData(Init + "\r\n" + Hello + "\r\n")]
    [InlineData(Init + "$\n" + Hello + "$\n")]
    [InlineData("\uFEFF" + Init + "\n\n  \n" + Hello)]
    [InlineData("\u001b[32m" + Init + "\u001b[0m\n\0" + Hello + "\0\n")]
    public void Events_are_read_from_what_terminals_and_editors_make_of_them(string output)
    {
        var events = Reading.Of(AgentProfiles.Claude, output).Events;

        Assert.Equal([AgentEventKind.Started, AgentEventKind.Message], events.Select(read => read.Kind));
        Assert.Equal(("m", "s1", "hello"), (events[0].Model, events[1].SessionId, events[1].Text));
    }

    [Fact]
    public void Each_content_block_is_an_event()
    {
        const string line = """
            {"type":"assistant","message":{"content":[{"type":"text","text":"a"},{"type":"thinking"},{"type":"tool_use","name":"Bash","id":"t1","input":{"x":[1]}},{"type":"text","text":"b"}]}}
            """;

        var events = Reading.Of(AgentProfiles.Claude, line).Events;

        Assert.Equal(
            [(AgentEventKind.Message, "a", null), (AgentEventKind.Message, "b", null), (AgentEventKind.ToolCall, """{"x":[1]}""", "Bash")],
            events.Select(read => (read.Kind, read.Text, read.Tool)));
    }

    [Theory]
    [InlineData("npm warn deprecated")]
    [InlineData("{not json}")]
    [InlineData("""{"type":"system"} trailing""")]
    [InlineData("""["type","system"]""")]
    [InlineData("{")]
    public void A_line_that_is_no_event_is_a_notice(string line)
    {
        var read = Assert.Single(Reading.Of(AgentProfiles.Claude, line + "\n").Events);

        Assert.Equal((AgentEventKind.Notice, line), (read.Kind, read.Text));
    }

    [Fact]
    public void Bytes_that_are_no_UTF_8_do_not_lose_the_event()
    {
        var beginning = Encoding.UTF8.GetBytes("""{"type":"assistant","message":{"content":[{"type":"text","text":"a""");

        var read = Assert.Single(Reading.Of(AgentProfiles.Claude, [.. beginning, 0xff, 0xc3, .. Encoding.UTF8.GetBytes("\"}]}}\n")]).Events);

        Assert.Equal("a\uFFFD\uFFFD", read.Text);
    }

    [Fact]
    public void Nesting_of_any_depth_is_passed_over()
    {
        const int depth = 10_000;
        var deep = string.Concat(Enumerable.Repeat("[{\"a\":", depth)) + "1" + string.Concat(Enumerable.Repeat("}]", depth));
        var line = $$$"""{"type":"assistant","extra":{{{deep}}},"message":{"content":[{"type":"tool_use","name":"x","input":{{{deep}}}}]}}""";

        var read = Assert.Single(Reading.Of(AgentProfiles.Claude, line).Events);

        Assert.Equal((AgentEventKind.ToolCall, deep.Length), (read.Kind, read.Text!.Length));
    }

    [Fact]
    public void A_line_of_very_many_blocks_ends_in_bounded_time()
    {
        var blocks = string.Join(',', Enumerable.Repeat("""{"type":"text"}""", 60_000));

        var events = Reading.Of(AgentProfiles.Claude, $$$"""{"type":"assistant","message":{"content":[{{{blocks}}}]}}""").Events;

        Assert.InRange(events.Count, 1, 4096);
    }

    [Fact]
    public void A_message_too_long_to_keep_is_shortened_and_says_so()
    {
        var output = Hello.Replace("hello", new string('x', 5_000_000)) + "\n" + Hello + "\n";

        var events = Reading.Of(AgentProfiles.Claude, output).Events;

        Assert.Equal([true, false], events.Select(read => read.Shortened));
        Assert.Equal(AgentEventKind.Message, events[0].Kind);
        Assert.InRange(events[0].Text!.Length, 1_000_000, AgentEventReader.LongestLine);
        Assert.Equal(output.LastIndexOf(Hello, StringComparison.Ordinal), events[1].Offset);
    }

    [Fact]
    public void An_end_too_long_to_keep_still_tells_how_it_ended()
    {
        var output = Init + "\n" + $$"""{"type":"result","subtype":"success","is_error":false,"result":"{{new string('x', 2_000_000)}}","session_id":"s1"}""" + "\n";

        Assert.IsType<AgentVerdict.Succeeded>(Reading.Of(AgentProfiles.Claude, output).Judge(exitCode: 0));
    }

    [Fact]
    public void A_whole_event_without_a_newline_counts_and_a_broken_one_is_reported()
    {
        var whole = Reading.Of(AgentProfiles.Claude, Init);
        var broken = Reading.Of(AgentProfiles.Claude, Init + "\n" + Hello[..40]);

        Assert.Equal((true, null), (whole.Events[0].Unterminated, whole.BrokenTail));
        Assert.Equal(Hello[..40], broken.BrokenTail);
    }

    [Fact]
    public void A_million_lines_that_mean_nothing_allocate_next_to_nothing()
    {
        var line = Encoding.UTF8.GetBytes("""{"type":"stream_event","event":{"type":"content_block_delta","delta":{"text":"x"}},"parent":null}""" + "\n");
        var chunk = Enumerable.Repeat(line, 1000).SelectMany(bytes => bytes).ToArray();
        var events = 0;
        var reader = new AgentEventReader(AgentProfiles.Claude, 0, _ => events++);
        reader.Append(chunk);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1000; i++) reader.Append(chunk);

        Assert.Equal(0, events);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 1_000_000, 0, 300);
    }

    [Fact]
    public void Any_bytes_cut_at_any_places_give_the_same_events()
    {
        var pieces = Gen.Elements(
            Init, Hello, "\n", "\r\n", "$", "\0", "\u001b[31m", "\u001b[", "\uFEFF", "{", "}", "\"", "\\", "ü🎉", "text", Hello[..50], Hello[50..], " ");
        var anyBytes = Gen.Choose(0, 255).Select(number => (byte)number).ListOf().Select(list => list.ToArray());
        var output = Gen.OneOf(pieces.Select(Encoding.UTF8.GetBytes), anyBytes).ListOf().Select(list => list.SelectMany(bytes => bytes).ToArray());
        var cuts = Gen.Choose(1, 40).NonEmptyListOf().Select(list => list.ToArray());

        Check.QuickThrowOnFailure(Prop.ForAll(Gen.Zip(output, cuts).ToArbitrary(), sample =>
        {
            var (bytes, sizes) = sample;
            Assert.Equal(Read([bytes]), Read(Cut(bytes, sizes)));
        }));
    }

    private static IEnumerable<byte[]> Cut(byte[] bytes, int[] sizes)
    {
        for (int at = 0, cut = 0; at < bytes.Length; cut++)
        {
            var size = Math.Min(sizes[cut % sizes.Length], bytes.Length - at);
            yield return bytes[at..(at + size)];
            at += size;
        }
    }

    private static List<AgentEvent> Read(IEnumerable<byte[]> chunks)
    {
        var events = new List<AgentEvent>();
        var reader = new AgentEventReader(AgentProfiles.Claude, 0, read => events.Add(read.ToEvent()));
        foreach (var chunk in chunks) reader.Append(chunk);
        reader.Complete();
        events.Add(new AgentEvent(AgentEventKind.Notice) { Text = reader.BrokenTail, Offset = reader.LineStart });
        return events;
    }
}
