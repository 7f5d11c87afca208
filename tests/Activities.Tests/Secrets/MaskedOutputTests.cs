using System.Text;
using DurableAgentTasks.Activities.Secrets;
using DurableAgentTasks.Agents.Processes;
using FsCheck;
using FsCheck.Fluent;

namespace DurableAgentTasks.Activities.Tests.Secrets;

public sealed class MaskedOutputTests
{
    [Theory]
    [InlineData("abcdefgh", "xx|abcd|efgh|yy", "xx|***|yy")]
    [InlineData("abcdefgh", "xxabcd|xx", "xx|abcdxx")]
    [InlineData("abcdefgh", "xxabcd", "xx|abcd")]
    [InlineData("abcdefgh", "x|a|b|c|d|e|f|g|h|abc", "x|***|abc")]
    [InlineData("aaaab", "aaaa|aaab|aaaac", "aaa|***|aaaac")]
    public async Task Only_what_may_be_the_beginning_of_a_value_is_held_back(string value, string chunks, string handedOn)
    {
        var output = new Collected();

        await output.ReceiveAsync(SecretMask.Of([value]), [.. chunks.Split('|').Select(Encoding.UTF8.GetBytes)]);

        Assert.Equal(handedOn, string.Join('|', output.Chunks.Where(chunk => chunk.Text.Length > 0).Select(chunk => chunk.Text)));
        Assert.True(output.Ended);
    }

    [Fact]
    public async Task The_two_streams_are_masked_each_for_itself()
    {
        var all = new StringBuilder();
        var masked = SecretMask.Of(["abcdefgh"]).Before((stream, chunk, _, _, _) =>
        {
            all.Append(stream == OutputStream.StandardOutput ? 'o' : 'e').Append(Encoding.UTF8.GetString(chunk.Span)).Append(' ');
            return ValueTask.CompletedTask;
        });

        await masked(OutputStream.StandardOutput, "1abcd"u8.ToArray(), 5, end: false, CancellationToken.None);
        await masked(OutputStream.StandardError, "efgh"u8.ToArray(), 4, end: true, CancellationToken.None);
        await masked(OutputStream.StandardOutput, "efgh"u8.ToArray(), 9, end: true, CancellationToken.None);

        Assert.Equal("o1 eefgh o*** o ", all.ToString());
    }

    [Fact]
    public async Task What_is_held_when_a_file_is_truncated_is_handed_on()
    {
        var output = new Collected();
        var masked = SecretMask.Of(["abcdefgh"]).Before(output.Sink);

        await masked(OutputStream.StandardOutput, "1234abcd"u8.ToArray(), 8, end: false, CancellationToken.None);
        await masked(OutputStream.StandardOutput, "efgh"u8.ToArray(), 4, end: true, CancellationToken.None);

        Assert.Equal([("1234", 4L), ("abcd", 8L), ("efgh", 4L)], output.Chunks);
    }

    [Fact]
    public void However_the_output_is_cut_and_wherever_a_later_life_begins_the_log_is_the_same()
    {
        // Few letters, so that values overlap, repeat and break off.
        var letters = Gen.Elements('a', 'b', 'c');
        var value = letters.ArrayOf(4).SelectMany(head => letters.ListOf().Select(tail => new string([.. head, .. tail])));
        var values = value.NonEmptyListOf().Select(list => list.Take(4).ToArray());
        var text = values.SelectMany(all => Gen.OneOf(Gen.Elements(all), letters.Select(letter => letter.ToString()), Gen.Constant(all[0][..^1])).ListOf()
            .Select(parts => (Values: all, Text: Encoding.UTF8.GetBytes(string.Concat(parts)))));
        var cuts = Gen.Choose(1, 9).NonEmptyListOf().Select(list => list.ToArray());

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(Gen.Zip(text, cuts).ToArbitrary(), sample =>
        {
            var ((secrets, bytes), sizes) = sample;
            var mask = SecretMask.Of(secrets);
            var expected = mask.Apply(Encoding.UTF8.GetString(bytes));
            var whole = Read(mask, bytes, sizes, begin: 0);

            Assert.Equal(expected, whole.Text);
            Assert.Equal(whole.Chunks.Select(chunk => chunk.OffsetAfter).Order(), whole.Chunks.Select(chunk => chunk.OffsetAfter));
            Assert.Equal(bytes.Length, whole.Chunks[^1].OffsetAfter);
            for (var life = 0; life < whole.Chunks.Count; life++)
            {
                var before = string.Concat(whole.Chunks.Take(life + 1).Select(chunk => chunk.Text));
                Assert.Equal(expected, before + Read(mask, bytes, sizes, begin: (int)whole.Chunks[life].OffsetAfter).Text);
            }
        }));
    }

    private static Collected Read(SecretMask mask, byte[] bytes, int[] sizes, int begin)
    {
        var output = new Collected();
        var chunks = new List<byte[]>();
        for (int at = begin, cut = 0; at < bytes.Length; cut++)
        {
            var size = Math.Min(sizes[cut % sizes.Length], bytes.Length - at);
            chunks.Add(bytes[at..(at + size)]);
            at += size;
        }

        // Every call completes at once.
        output.ReceiveAsync(mask, chunks, begin).GetAwaiter().GetResult();
        return output;
    }

    private sealed class Collected
    {
        public List<(string Text, long OffsetAfter)> Chunks { get; } = [];

        public bool Ended { get; private set; }

        public string Text => string.Concat(Chunks.Select(chunk => chunk.Text));

        public ValueTask Sink(OutputStream stream, ReadOnlyMemory<byte> chunk, long offsetAfter, bool end, CancellationToken cancellationToken)
        {
            Assert.False(Ended);
            Chunks.Add((Encoding.UTF8.GetString(chunk.Span), offsetAfter));
            Ended = end;
            return ValueTask.CompletedTask;
        }

        public async Task ReceiveAsync(SecretMask mask, IEnumerable<byte[]> chunks, long offset = 0)
        {
            var masked = mask.Before(Sink);
            foreach (var chunk in chunks)
            {
                offset += chunk.Length;
                await masked(OutputStream.StandardOutput, chunk, offset, end: false, CancellationToken.None);
            }

            await masked(OutputStream.StandardOutput, ReadOnlyMemory<byte>.Empty, offset, end: true, CancellationToken.None);
        }
    }
}
