using System.Runtime.InteropServices;

namespace DurableAgentTasks.Simulation.Runs;

/// <summary>How often what has happened, so that it can be seen that a simulation reaches everything.</summary>
internal sealed class Coverage
{
    private readonly Dictionary<string, long> _counts = [];

    public IReadOnlyDictionary<string, long> Counts => _counts;

    public void Count(string what) => CollectionsMarshal.GetValueRefOrAddDefault(_counts, what, out _)++;

    public void Most(string what, long value)
    {
        ref var most = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, what, out _);
        most = Math.Max(most, value);
    }

    public void Add(Coverage other)
    {
        foreach (var (what, count) in other._counts)
        {
            if (what.StartsWith("most ", StringComparison.Ordinal)) Most(what, count);
            else CollectionsMarshal.GetValueRefOrAddDefault(_counts, what, out _) += count;
        }
    }
}
