using DurableAgentTasks.Core.Plans;

namespace DurableAgentTasks.Core.Progress;

/// <summary>How long steps of one kind took.</summary>
public sealed record KindPace(StepKind Kind, DurationStatistics Durations);

/// <summary>How long the steps of a task take: by those of it that are over, and by what earlier tasks took with the same agent.</summary>
internal sealed class Pace
{
    /// <summary>What earlier tasks took counts as no more than so many steps of this one, which may be quite another.</summary>
    private const double MostHistory = 4;

    /// <summary>80 % of what is normal lies within so many standard deviations.</summary>
    private const double Deviations = 1.2816;

    private readonly Dictionary<StepKind, DurationStatistics> _durations = [];
    private DurationStatistics _all = DurationStatistics.None;

    /// <param name="own">Of the task's steps that are over.</param>
    /// <param name="history">Of earlier tasks.</param>
    public Pace(IReadOnlyList<KindPace> own, IReadOnlyList<KindPace> history)
    {
        foreach (var pace in own) Take(pace.Kind, pace.Durations);
        foreach (var pace in history) Take(pace.Kind, pace.Durations.AtMost(MostHistory));
        Basis = (own.Any(IsKnown), history.Any(IsKnown)) switch
        {
            (false, true) => ProgressBasis.History,
            (true, true) => ProgressBasis.StepsAndHistory,
            _ => ProgressBasis.Steps,
        };
    }

    public ProgressBasis Basis { get; }

    /// <summary><see langword="null"/> if nothing is known that it could be reckoned from.</summary>
    public StepLength? Of(StepKind kind) => DurationsOf(kind) is { } known ? StepLength.Of(known) : null;

    /// <summary>So many steps of a kind, one after the other; <see langword="null"/> as with one.</summary>
    public Spread? Of(StepKind kind, int count)
    {
        if (count == 0) return Spread.None;
        if (DurationsOf(kind) is not { } known) return null;
        var expected = count * StepLength.Of(known).Mean;

        // What many steps take together spreads less than one of them does. But if their mean was taken too short, it was so for all of
        // them, and that does not even out.
        var one = StepLength.Deviation(known) * StepLength.Deviation(known);
        var together = Math.Log(1 + ((Math.Exp(one) - 1) / count));
        var median = expected * Math.Exp(-together / 2);
        var factor = Math.Exp(Deviations * Math.Sqrt(together + (one / known.Count)));
        return new(expected, expected - (median / factor), (median * factor) - expected);
    }

    /// <summary>
    /// A kind none was seen of yet takes about as long as the others, as far as anybody knows. Not an agent's: it takes minutes or hours.
    /// </summary>
    private DurationStatistics? DurationsOf(StepKind kind) =>
        _durations.TryGetValue(kind, out var known) ? known
        : kind != StepKind.Agent && _all.Count > 0 ? _all.AtMost(1)
        : null;

    private void Take(StepKind kind, DurationStatistics durations)
    {
        if (durations.Count < 1) return;
        _durations[kind] = _durations.GetValueOrDefault(kind, DurationStatistics.None).With(durations);
        if (kind != StepKind.Agent) _all = _all.With(durations);
    }

    private static bool IsKnown(KindPace pace) => pace.Durations.Count >= 1;
}

/// <summary>What numbers are reckoned from.</summary>
public enum ProgressBasis
{
    /// <summary>The task's own steps that are over.</summary>
    Steps,

    /// <summary>What steps of the same kinds took with the same agent in earlier tasks on this host.</summary>
    History,

    /// <summary>Both.</summary>
    StepsAndHistory,
}
