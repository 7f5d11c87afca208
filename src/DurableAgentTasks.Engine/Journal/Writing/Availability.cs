namespace DurableAgentTasks.Engine.Journal.Writing;

/// <summary>
/// Whether new work can be taken. While the disk is full it says so every second to whoever tries again. Guarded by the store's
/// lock, except <see cref="Health"/>.
/// </summary>
internal sealed class Availability : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private static readonly JournalHealth Fine = new(JournalState.Available, null);
    private readonly string _directory;
    private readonly ITimer _retry;
    private volatile JournalHealth _health = Fine;
    private bool _noSegment;
    private bool _noWrite;

    public Availability(string directory, TimeProvider time, Action retry)
    {
        _directory = directory;
        _retry = time.CreateTimer(_ => retry(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public JournalHealth Health => _health;

    public bool IsFull => _health.State == JournalState.Full;

    public Exception? Failure { get; private set; }

    /// <summary>No next segment can be made for lack of room.</summary>
    public bool LacksSegment
    {
        get => _noSegment;
        set => Set(ref _noSegment, value);
    }

    /// <summary>Even what is reserved could not be written for lack of room.</summary>
    public bool LacksWrite
    {
        get => _noWrite;
        set => Set(ref _noWrite, value);
    }

    /// <summary>The last state: only a restart finds out what a disk holds that failed to flush.</summary>
    public JournalUnavailableException Break(Exception failure)
    {
        Failure ??= failure;
        _health = new JournalHealth(
            JournalState.Broken,
            $"The disk of {_directory} failed: {Failure.Message} Nothing is written any more. Repair the disk if need be and restart.");
        return Unavailable();
    }

    public JournalUnavailableException Unavailable() => new(_health.Message!, Failure);

    public void Dispose() => _retry.Dispose();

    private void Set(ref bool flag, bool value)
    {
        flag = value;
        if (Failure is not null) return;
        var isFull = _noSegment || _noWrite;
        if (isFull) _retry.Change(RetryAfter, Timeout.InfiniteTimeSpan);
        if (isFull == IsFull) return;
        _health = isFull
            ? new JournalHealth(
                JournalState.Full,
                $"The disk of {_directory} is full: new work is refused until there is room. Free some; it goes on by itself.")
            : Fine;
    }
}
