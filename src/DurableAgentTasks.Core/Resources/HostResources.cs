using System.Globalization;

namespace DurableAgentTasks.Core.Resources;

/// <summary>What the machine has and uses.</summary>
/// <param name="CpuPercent">Of all cores, since it was asked before; <see langword="null"/> at the first time, and where the system does not tell.</param>
/// <param name="MemoryBytes">In use, and not only for what can be read again.</param>
/// <param name="MemoryTotalBytes">There is so much.</param>
/// <param name="DiskFreeBytes">Left where the data is.</param>
/// <param name="DiskTotalBytes">There is so much.</param>
public sealed record HostResourcesView(
    double? CpuPercent, long MemoryBytes, long MemoryTotalBytes, long? DiskFreeBytes, long? DiskTotalBytes);

/// <summary>Samples the machine when it is asked.</summary>
/// <param name="dataFolder">Whose disk is looked at; <see langword="null"/> if the data is elsewhere.</param>
public sealed class HostResources(string? dataFolder)
{
    private readonly Lock _gate = new();
    private (long Busy, long Total)? _last;

    public HostResourcesView Sample()
    {
        var memory = ReadMemory();
        var disk = DiskOf(dataFolder);
        return new(CpuPercent(), memory.Used, memory.Total, disk?.AvailableFreeSpace, disk?.TotalSize);
    }

    /// <summary>Where there is no <c>/proc/meminfo</c> ("MemTotal: 123 kB"), as the runtime saw it at its last collection.</summary>
    private static (long Used, long Total) ReadMemory()
    {
        if (!OperatingSystem.IsLinux())
        {
            var seen = GC.GetGCMemoryInfo(GCKind.Any);
            return (seen.MemoryLoadBytes, seen.TotalAvailableMemoryBytes);
        }

        var fields = File.ReadLines("/proc/meminfo").Take(3).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(line => line[0], line => 1024 * long.Parse(line[1], CultureInfo.InvariantCulture));
        return (fields["MemTotal:"] - fields["MemAvailable:"], fields["MemTotal:"]);
    }

    private static DriveInfo? DiskOf(string? folder)
    {
        if (folder is null) return null;
        var path = Path.GetFullPath(folder);

        // On Unix any path will do, and stands for the file system it is on.
        return new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(path)! : path);
    }

    private double? CpuPercent()
    {
        if (ReadCpu() is not { } now) return null;
        lock (_gate)
        {
            var (before, percent) = (_last, default(double?));
            _last = now;
            if (before is { } last && now.Total > last.Total) percent = Math.Round(100.0 * (now.Busy - last.Busy) / (now.Total - last.Total), 1);
            return percent;
        }
    }

    /// <summary>The first line of <c>/proc/stat</c>: "cpu user nice system idle iowait irq softirq steal …", in ticks since boot.</summary>
    private static (long Busy, long Total)? ReadCpu()
    {
        if (!OperatingSystem.IsLinux()) return null;
        const int Idle = 3, Waiting = 4, Guest = 8;
        using var stat = new StreamReader("/proc/stat");
        var ticks = stat.ReadLine()!.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Skip(1).Take(Guest).Select(field => long.Parse(field, CultureInfo.InvariantCulture)).ToArray();
        var total = ticks.Sum();
        return (total - ticks[Idle] - ticks[Waiting], total);
    }
}
