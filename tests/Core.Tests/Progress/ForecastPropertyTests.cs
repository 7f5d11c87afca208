using DurableAgentTasks.Core.Progress;
using FsCheck;
using FsCheck.Fluent;

namespace DurableAgentTasks.Core.Tests.Progress;

/// <summary>Tasks to which anything happens at any time, read at any time.</summary>
public sealed class ForecastPropertyTests
{
    private static Gen<(int Phases, int Steps, bool Agents)> Plans { get; } =
        Gen.Choose(1, 4).Zip(Gen.Choose(1, 5).Zip(Gen.Elements(false, true))).Select(given => (given.Item1, given.Item2.Item1, given.Item2.Item2));

    private static Gen<(int What, int Seconds)[]> Lives { get; } =
        Gen.Choose(0, 19).Zip(Gen.Frequency((5, Gen.Choose(0, 60)), (1, Gen.Choose(0, 100_000)))).ArrayOf();

    [Fact]
    public void Whatever_happens_a_range_holds_what_is_likely_and_more_is_left_than_before_only_for_a_reason() =>
        Prop.ForAll(Plans.Zip(Lives.Zip(Gen.Choose(0, 100))).ToArbitrary(), given =>
        {
            var life = new RandomLife(given.Item1.Phases, given.Item1.Steps, given.Item1.Agents, history: given.Item2.Item2);
            foreach (var (what, seconds) in given.Item2.Item1) life.Go(what, TimeSpan.FromSeconds(seconds));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1_000, 3)]
    public void From_the_first_step_to_the_last(int phases, int steps)
    {
        var life = new RandomLife(phases, steps, agents: false, history: 0);
        for (var step = 0; step < Math.Min(phases * steps, 60); step++)
        {
            life.Go(0, TimeSpan.FromSeconds(step % 7));
            life.Go(4, TimeSpan.FromSeconds(20 + (step % 5)));
        }

        if (phases == 1) Assert.Equal(TimeRange.None, life.Report().Remaining);
        else Assert.InRange(life.Report().Remaining!.Likely.TotalSeconds, 20 * 2_900, 30 * 3_000);
    }
}
