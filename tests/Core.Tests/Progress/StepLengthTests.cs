using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Progress;
using FsCheck;
using FsCheck.Fluent;

namespace DurableAgentTasks.Core.Tests.Progress;

public sealed class StepLengthTests
{
    private static Gen<double[]> Durations { get; } = Gen.Choose(0, 9_000).Select(n => Math.Exp((n / 500.0) - 5)).NonEmptyListOf().Select(list => list.ToArray());

    [Fact]
    public void It_lies_about_the_durations_it_was_learned_from()
    {
        var length = StepLength.Of(Learned(50, 60, 70, 55, 65, 60));

        Assert.InRange(length.Median, 55, 65);
        Assert.InRange(length.Left(0).Expected, 55, 75);
    }

    [Fact]
    public void The_more_is_known_the_narrower_the_range()
    {
        var few = StepLength.Of(Learned(60)).Left(0);
        var many = StepLength.Of(Learned([.. Enumerable.Repeat(60.0, 20)])).Left(0);

        Assert.True(many.Up < few.Up / 2 && many.Down < few.Down / 2);
    }

    [Fact]
    public void A_step_that_takes_longer_than_usual_is_expected_to_go_on_for_a_part_of_what_it_took()
    {
        var length = StepLength.Of(Learned(50, 60, 70));

        Assert.False(length.IsOverrunAfter(30));
        Assert.True(length.IsOverrunAfter(300));
        Assert.InRange(length.Left(300).Expected, 30, 150);
    }

    /// <summary>Eight of ten are to lie within the range, however few steps it was learned from: durations as they are, of which the scale is unknown.</summary>
    [Theory]
    [InlineData(1, 1, 0.75, 0.95)]
    [InlineData(5, 1, 0.75, 0.9)]
    [InlineData(50, 1, 0.75, 0.85)]
    [InlineData(1, 10, 0.75, 0.95)]
    [InlineData(5, 10, 0.75, 0.95)]
    [InlineData(50, 10, 0.75, 0.9)]
    public void The_range_is_kept_as_often_as_it_promises(int learned, int ahead, double least, double most)
    {
        var random = new Random(7);
        const int Trials = 4_000;
        var kept = 0;
        for (var trial = 0; trial < Trials; trial++)
        {
            var pace = new Pace([new(StepKind.Shell, Learned([.. Enumerable.Range(0, learned).Select(_ => Draw())]))], []);
            var range = pace.Of(StepKind.Shell, ahead)!;
            var took = Enumerable.Range(0, ahead).Sum(_ => Draw());
            if (took >= range.Expected - range.Down && took <= range.Expected + range.Up) kept++;
        }

        Assert.InRange(kept / (double)Trials, least, most);

        // Log-normal, by Box and Muller.
        double Draw() => 60 * Math.Exp(0.5 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
    }

    [Fact]
    public void Whatever_was_learned_a_forecast_is_finite_and_its_range_holds_what_is_expected() =>
        Prop.ForAll(Durations.Zip(Gen.Choose(0, 20_000_000)).ToArbitrary(), given =>
        {
            var left = StepLength.Of(Learned(given.Item1)).Left(given.Item2 / 2.0);
            return double.IsFinite(left.Expected + left.Up) && left.Down >= 0 && left.Up >= 0 && left.Expected >= left.Down;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void What_is_left_never_falls_faster_than_time_passes() =>
        Prop.ForAll(Durations.Zip(Gen.Choose(0, 10_000).Zip(Gen.Choose(0, 10_000))).ToArbitrary(), given =>
        {
            var length = StepLength.Of(Learned(given.Item1));
            var (elapsed, more) = given.Item2;
            return length.Left(elapsed + more).Expected >= length.Left(elapsed).Expected - more - 1e-6;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void Statistics_are_the_same_in_whatever_order_and_parts_they_were_gathered() =>
        Prop.ForAll(Durations.Zip(Durations).ToArbitrary(), given =>
        {
            var parts = Learned(given.Item1).With(Learned(given.Item2));
            var whole = Learned([.. given.Item2, .. given.Item1]);
            return parts.Count == whole.Count && Math.Abs(parts.MeanLog - whole.MeanLog) < 1e-9 && Math.Abs(parts.Squares - whole.Squares) < 1e-6;
        }).Check(Config.QuickThrowOnFailure);

    private static DurationStatistics Learned(params double[] seconds) =>
        seconds.Aggregate(DurationStatistics.None, (all, one) => all.Add(TimeSpan.FromSeconds(one)));
}
