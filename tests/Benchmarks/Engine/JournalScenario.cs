using System.Diagnostics;
using DurableAgentTasks.Engine.Journal;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableAgentTasks.Benchmarks.Engine;

/// <summary>The journal alone, records of 256 bytes, beside the disk itself in the same run.</summary>
internal static class JournalScenario
{
    private const int RecordBytes = 256;

    public static async Task RunAsync(string folder)
    {
        await using var journal = JournalStore.Open(
            new JournalOptions { Directory = Path.Combine(folder, "journal") }, new Nobody(), TimeProvider.System, NullLogger.Instance);
        foreach (var records in new[] { 1, 16, 64 })
        {
            var raw = RawDisk.FlushTimes(folder, records, runs: 1_000);
            var times = FlushTimes(journal, records, runs: 3_000);
            Measure.Print($"journal: {records} record(s) to a flush, until durable", times, ms => $"{ms:F3} ms");
            Measure.Print("    raw disk of the moment before", raw, ms => $"{ms:F3} ms");
            Console.WriteLine($"{"    records a second, journal and raw",-58} {records / times.Average() * 1_000,10:N0} /s   {records / raw.Average() * 1_000:N0} /s");
        }
    }

    private static double[] FlushTimes(JournalStore journal, int records, int runs)
    {
        var payload = new byte[RecordBytes];
        var stream = journal.NextStream();
        using var durable = new Durable();
        var times = new double[runs];
        for (var run = -100; run < runs; run++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 1; i < records; i++) journal.Append(stream, RecordMark.None, payload);
            journal.Append(stream, RecordMark.None, payload, durable);
            durable.Wait();
            if (run >= 0) times[run] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(times);
        return times;
    }

    private sealed class Durable : IDurableCallback, IDisposable
    {
        private readonly SemaphoreSlim _signal = new(0);

        public void OnDurable() => _signal.Release();

        public void Wait() => _signal.Wait();

        public void Dispose() => _signal.Dispose();
    }

    private sealed class Nobody : IJournalReader
    {
        public void Record(ulong stream, RecordMark mark, ReadOnlySpan<byte> payload)
        {
        }

        public void Archived(ulong stream, ReadOnlySpan<byte> endPayload)
        {
        }
    }
}
