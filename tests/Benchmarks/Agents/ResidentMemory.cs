using System.Diagnostics;

namespace DurableAgentTasks.Benchmarks.Agents;

/// <summary>The resident memory of this process, looked at every second while something runs.</summary>
internal sealed class ResidentMemory : IAsyncDisposable
{
    private static readonly TimeSpan FirstMinute = TimeSpan.FromMinutes(1);

    private readonly List<(TimeSpan At, long Bytes)> _looks = [];
    private readonly CancellationTokenSource _over = new();
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Task _looking;

    public ResidentMemory()
    {
        Look();
        _looking = LookAsync();
    }

    /// <summary>Of each 10 s, or of each second if there are not many.</summary>
    public IEnumerable<(TimeSpan At, long Bytes)> Looks => _looks.Count < 20 ? _looks : _looks.Where((_, i) => i % 10 == 0);

    /// <summary>As it was at the end of the first minute, or of the first tenth if that was sooner.</summary>
    public long Early => _looks.First(look => look.At >= (FirstMinute < _looks[^1].At / 10 ? FirstMinute : _looks[^1].At / 10)).Bytes;

    public long Last => _looks[^1].Bytes;

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _looking;
        Look();
        _over.Dispose();
    }

    private async Task LookAsync()
    {
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            while (await tick.WaitForNextTickAsync(_over.Token)) Look();
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }

    private void Look() => _looks.Add((_watch.Elapsed, Environment.WorkingSet));
}
