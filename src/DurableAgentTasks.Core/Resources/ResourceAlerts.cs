namespace DurableAgentTasks.Core.Resources;

/// <summary>What a machine is short of, as its last sample tells. Samples are half a minute apart, however often it is asked.</summary>
public sealed class ResourceAlerts(Func<HostResourcesView> sample, TimeProvider time)
{
    private static readonly TimeSpan SampleEvery = TimeSpan.FromSeconds(30);

    private const string Critical = " (critical)";

    private readonly Lock _gate = new();
    private long? _sampled;
    private IReadOnlyList<string> _latest = [];

    public IReadOnlyList<string> Latest()
    {
        lock (_gate)
        {
            if (_sampled is { } then && time.GetElapsedTime(then) < SampleEvery) return _latest;
            _sampled = time.GetTimestamp();
            return _latest = Of(sample());
        }
    }

    /// <summary>Such as <c>disk 82 %</c> and, once it is critical, <c>disk 96 % (critical)</c>; empty if nothing is short.</summary>
    public static IReadOnlyList<string> Of(HostResourcesView view)
    {
        var disk = view is { DiskFreeBytes: { } free, DiskTotalBytes: > 0 and var total } ? 100.0 * (total - free) / total : default(double?);
        var memory = view.MemoryTotalBytes > 0 ? 100.0 * view.MemoryBytes / view.MemoryTotalBytes : default(double?);
        return [.. new[] { Alert("cpu", view.CpuPercent, 80, 95), Alert("memory", memory, 80, 90), Alert("disk", disk, 80, 95) }.OfType<string>()];
    }

    /// <summary>Those that were not there before; another percentage of the same level is none.</summary>
    public static IEnumerable<string> New(IReadOnlyList<string> now, IReadOnlyList<string> before) =>
        now.Where(alert => before.All(known => ResourceOf(known) != ResourceOf(alert) || IsCritical(known) != IsCritical(alert)));

    /// <summary>Whether what runs may be lost of it: of memory and disk that are critically short. A busy CPU only costs time.</summary>
    public static bool Endangers(string alert) => IsCritical(alert) && ResourceOf(alert) is "memory" or "disk";

    private static string ResourceOf(string alert) => alert.Split(' ', 2)[0];

    private static bool IsCritical(string alert) => alert.EndsWith(Critical, StringComparison.Ordinal);

    private static string? Alert(string resource, double? percent, int warning, int critical) =>
        percent >= warning ? $"{resource} {Math.Floor(percent.Value):F0} %{(percent >= critical ? Critical : "")}" : null;
}
