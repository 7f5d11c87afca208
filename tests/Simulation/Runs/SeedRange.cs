using System.Diagnostics;

namespace DurableAgentTasks.Simulation.Runs;

/// <summary>Runs many seeds, on all cores.</summary>
/// <param name="From">The first seed.</param>
/// <param name="Count">How many.</param>
/// <param name="Threads">At once.</param>
internal sealed record SeedRange(int From, int Count, int Threads)
{
    /// <param name="progress">Told after every seed: how many are done, and how many of them failed.</param>
    public SeedSummary Run(Action<int, int> progress)
    {
        var started = Stopwatch.GetTimestamp();
        var (coverage, failures, done, next) = (new Coverage(), new SortedDictionary<int, string>(), 0, From - 1);
        var gate = new Lock();
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(Work) { Name = "simulation" }).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return new SeedSummary(Count, failures, coverage, Stopwatch.GetElapsedTime(started));

        void Work()
        {
            var mine = new Coverage();
            while (Interlocked.Increment(ref next) is var seed && seed < From + Count)
            {
                var violation = SeededRun.Run(seed, mine);
                lock (gate)
                {
                    done++;
                    if (violation is not null) failures[seed] = violation;
                    progress(done, failures.Count);
                }
            }

            lock (gate) coverage.Add(mine);
        }
    }
}

/// <param name="Seeds">How many were run.</param>
/// <param name="Failures">The rule each one that failed has broken first, by seed.</param>
/// <param name="Coverage">How often what has happened in them.</param>
/// <param name="Took">By the clock.</param>
internal sealed record SeedSummary(int Seeds, IReadOnlyDictionary<int, string> Failures, Coverage Coverage, TimeSpan Took);
