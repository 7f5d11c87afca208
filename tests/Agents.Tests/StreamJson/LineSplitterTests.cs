using System.Text;
using DurableAgentTasks.Agents.StreamJson;

namespace DurableAgentTasks.Agents.Tests.StreamJson;

public sealed class LineSplitterTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("one\ntwo\n", "0:one|4:two")]
    [InlineData("one\r\ntwo\r\n", "0:one|5:two")]
    [InlineData("\n\r\n\n", "0:|1:|3:")]
    [InlineData("one\ntwo", "0:one|4:two!")]
    [InlineData("one\rtwo\n\rthree\r", "0:one\rtwo|8:\rthree\r!")]
    [InlineData("12345678\r\n123456789\n12345678\n", "0:12345678|10:12345678+1|20:12345678")]
    [InlineData("123456789abc", "0:12345678+4!")]
    public void Lines_are_the_same_wherever_the_chunks_are_cut(string text, string lines)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var size = 1; size <= Math.Max(1, bytes.Length); size++) Assert.Equal(lines, Split(bytes, size));
    }

    [Fact]
    public void The_place_to_read_on_from_is_the_beginning_of_the_incomplete_line()
    {
        var splitter = new LineSplitter(8, offset: 1000);
        ReadOnlySpan<byte> chunk = "a very long line\nshort\nhal"u8;
        while (splitter.TryRead(ref chunk, out _))
        {
        }

        Assert.Equal(1000 + 17 + 6, splitter.LineStart);
    }

    [Fact]
    public void A_line_of_100_MB_costs_no_more_memory_than_is_kept_of_it()
    {
        const int kept = 1024 * 1024;
        var splitter = new LineSplitter(kept, offset: 0);
        var chunk = new byte[256 * 1024];
        chunk.AsSpan().Fill((byte)'x');
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 400; i++)
        {
            ReadOnlySpan<byte> rest = chunk;
            Assert.False(splitter.TryRead(ref rest, out _));
        }

        ReadOnlySpan<byte> end = "\n"u8;
        Assert.True(splitter.TryRead(ref end, out var line));

        Assert.Equal((kept, 400 * 256 * 1024L, true), (line.Content.Length, line.Length, line.IsShortened));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 3 * kept);
    }

    private static string Split(byte[] bytes, int chunkSize)
    {
        var splitter = new LineSplitter(8, offset: 0);
        var lines = new List<string>();
        foreach (var part in bytes.Chunk(chunkSize))
        {
            ReadOnlySpan<byte> chunk = part;
            while (splitter.TryRead(ref chunk, out var line)) lines.Add(Show(line));
        }

        if (splitter.TryReadTail(out var tail)) lines.Add(Show(tail));
        return string.Join('|', lines);
    }

    private static string Show(in StreamLine line) =>
        $"{line.Offset}:{Encoding.UTF8.GetString(line.Content)}" +
        (line.IsShortened ? $"+{line.Length - line.Content.Length}" : "") + (line.Terminated ? "" : "!");
}
