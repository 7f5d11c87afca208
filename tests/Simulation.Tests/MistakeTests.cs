using DurableAgentTasks.Simulation.Runs;
using DurableAgentTasks.Simulation.Worlds;

namespace DurableAgentTasks.Simulation.Tests;

/// <summary>A simulation that finds nothing says little unless it finds what is wrong.</summary>
public sealed class MistakeTests
{
    private const int Seeds = 500;

    public static TheoryData<string> Mistakes => [.. Enum.GetNames<Mistake>()];

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_of_the_orchestration_is_found(string mistake) =>
        Assert.NotNull(Enumerable.Range(1, Seeds).Select(seed => Run(seed, Enum.Parse<Mistake>(mistake))).FirstOrDefault(violation => violation is not null));

    [Fact]
    public void A_seed_reproduces_a_failure_exactly()
    {
        var seed = Enumerable.Range(1, Seeds).First(seed => Run(seed, Mistake.StopsNothing) is not null);
        List<string> first = [], second = [];
        Assert.Equal(Run(seed, Mistake.StopsNothing, first), Run(seed, Mistake.StopsNothing, second));
        Assert.Equal(first, second);
    }

    [Fact]
    public void Without_one_nothing_is_found() => Assert.All(Enumerable.Range(1, 50), seed => Assert.Null(Run(seed, null)));

    private static string? Run(int seed, Mistake? mistake, List<string>? trace = null) => SeededRun.Run(seed, new Coverage(), trace, mistake);
}
