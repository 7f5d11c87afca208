namespace DurableAgentTasks.Benchmarks.Engine;

/// <summary>What the disk itself does: the reference of every durable figure.</summary>
internal static class RawDisk
{
    private const int RecordBytes = 256;

    /// <returns>Milliseconds of one write of <paramref name="records"/> records of 256 bytes with its flush, sorted.</returns>
    public static double[] FlushTimes(string folder, int records, int runs)
    {
        var path = Path.Combine(folder, "raw");
        var batch = new byte[records * RecordBytes];
        Random.Shared.NextBytes(batch);
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.None, 64 * 1024 * 1024);
        var times = new double[runs];
        for (var i = 0; i < runs; i++)
        {
            var start = System.Diagnostics.Stopwatch.GetTimestamp();
            RandomAccess.Write(file, batch, (long)i * batch.Length);
            RandomAccess.FlushToDisk(file);
            times[i] = System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        file.Dispose();
        File.Delete(path);
        Array.Sort(times);
        return times;
    }
}
