using DurableAgentTasks.Core.Progress;
using FsCheck;
using FsCheck.Fluent;

namespace DurableAgentTasks.Core.Tests.Progress;

public sealed class ShortTextTests
{
    private static readonly string[] Pieces = ["a", " ", "é", "漢", "🎉", "\0", "\n", "\"", "\\", "\ud800", "\udc00", "…", "\u2028", "\u007f"];

    private static Gen<string> Texts { get; } = Gen.Elements(Pieces).ArrayOf().Select(string.Concat);

    [Fact]
    public void A_text_that_fits_stays_as_it_is()
    {
        Assert.Equal("12345", ShortText.Of("12345", 5));
        Assert.Equal("1234…", ShortText.Of("123456", 5));
        Assert.Equal("", ShortText.Of("", 0));
    }

    [Fact]
    public void No_character_is_torn_in_two() => Assert.Equal("ab…", ShortText.Of("ab🎉c", 4));

    [Fact]
    public void Whatever_the_text_it_is_short_enough() =>
        Prop.ForAll(Texts.Zip(Gen.Choose(1, 60)).ToArbitrary(), given =>
        {
            var text = ShortText.Of(given.Item1, given.Item2);
            return text.Length <= given.Item2 && (given.Item1.Length > given.Item2 || text == given.Item1);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void Whatever_the_text_its_JSON_is_short_enough() =>
        Prop.ForAll(Texts.Zip(Gen.Choose(6, 120)).ToArbitrary(), given =>
            Samples.Write(ShortText.InJson(given.Item1, given.Item2)).Length - 2 <= given.Item2)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));
}
