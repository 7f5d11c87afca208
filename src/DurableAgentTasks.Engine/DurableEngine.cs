using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Engine.Client;
using DurableAgentTasks.Engine.History;
using DurableAgentTasks.Engine.Instances;
using DurableAgentTasks.Engine.Journal;
using DurableAgentTasks.Engine.Journal.Files;
using DurableAgentTasks.Engine.Threads;
using DurableAgentTasks.Engine.Timers;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Engine;

/// <summary>
/// The embedded durable engine: orchestrations that are re-run over their recorded history, activities that run at least once,
/// durable timers and external events, in one process with its data in one folder.
/// </summary>
public sealed partial class DurableEngine : IAsyncDisposable
{
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _runningActivities = 1;
    private int _stopped;
    private bool _mayRun;

    private DurableEngine(
        EngineOptions options, DurableRegistry registry, TimeProvider time, ILoggerFactory loggerFactory, IJournalFiles files, IEngineThreads threads)
    {
        _options = options;
        Threads = threads;
        _time = time;
        Registry = registry;
        LoggerFactory = loggerFactory;
        Logger = loggerFactory.CreateLogger<DurableEngine>();
        Timers = new TimerQueue(time);
        var reader = new JournalLoader();
        Journal = JournalStore.Open(
            new JournalOptions { Directory = options.Directory, SegmentBytes = options.SegmentBytes }, reader, time, Logger, files, threads);
        foreach (var ended in reader.Ended) Index.GetOrAdd(ended);
        foreach (var (stream, history) in reader.Live) Revive(stream, history);
        Client = new EmbeddedTaskClient(this);
    }

    public ITaskClient Client { get; }

    /// <summary>Why no new work is taken and what to do about it; <see langword="null"/> while it is.</summary>
    public string? Unavailable => Journal.Health.Message;

    internal DurableRegistry Registry { get; }

    internal ILoggerFactory LoggerFactory { get; }

    internal ILogger Logger { get; }

    internal JournalStore Journal { get; }

    internal IEngineThreads Threads { get; }

    internal TimerQueue Timers { get; }

    internal InstanceIndex Index { get; } = new();

    /// <summary>Whether <see cref="ContinueAsync"/> was called; until then what comes in is kept.</summary>
    internal bool MayRun
    {
        get => Volatile.Read(ref _mayRun);
        private set => Volatile.Write(ref _mayRun, value);
    }

    internal DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Opens the data folder. From now on no other process can; nothing runs before <see cref="ContinueAsync"/>.</summary>
    /// <exception cref="JournalInUseException">Another process has the folder open.</exception>
    /// <exception cref="JournalDamagedException">Stored data is not what was written; nothing was changed.</exception>
    public static DurableEngine Open(EngineOptions options, DurableRegistry registry, TimeProvider time, ILoggerFactory loggerFactory) =>
        OpenOn(options, registry, time, loggerFactory, new DiskFiles());

    internal static DurableEngine OpenOn(
        EngineOptions options, DurableRegistry registry, TimeProvider time, ILoggerFactory loggerFactory, IJournalFiles files, IEngineThreads? threads = null) =>
        new(options, registry, time, loggerFactory, files, threads ?? MachineThreads.Instance);

    /// <summary>Opens the data folder and continues what is unfinished.</summary>
    /// <inheritdoc cref="Open" path="/exception"/>
    public static async Task<DurableEngine> StartAsync(
        EngineOptions options, DurableRegistry registry, TimeProvider time, ILoggerFactory loggerFactory, CancellationToken cancellationToken)
    {
        var engine = Open(options, registry, time, loggerFactory);
        try
        {
            await engine.ContinueAsync(cancellationToken);
            return engine;
        }
        catch (OperationCanceledException)
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Continues every instance that has not ended; returns once their histories have been replayed.</summary>
    public async Task ContinueAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        MayRun = true;
        var waiting = Index.Live().Select(entry => entry.Live!).ToList();
        foreach (var instance in waiting) instance.Wake();
        await Task.WhenAll(waiting.Select(instance => instance.WhenReady)).WaitAsync(cancellationToken);
        LogStarted(Logger, _options.Directory, waiting.Count);
    }

    /// <summary>Stops: activities are asked to end, everything appended goes to the disk. What is unfinished continues at the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 1) return;
        Timers.Dispose();
        foreach (var entry in Index.Live()) entry.Live?.Stop();
        ActivityEnded();
        try
        {
            await _idle.Task.WaitAsync(_options.StopGrace, _time);
        }
        catch (TimeoutException)
        {
            LogActivitiesLeft(Logger, Volatile.Read(ref _runningActivities));
        }

        await Journal.DisposeAsync();
    }

    internal EngineUnavailableException NoRoom() =>
        new(Journal.Health.Message ?? "The disk was full for a moment. Nothing was changed; try again.");

    /// <summary>Whether an append failed because the disk did, or because the engine has stopped.</summary>
    internal bool CannotRecord(Exception error) =>
        error is JournalUnavailableException || (error is ObjectDisposedException && Volatile.Read(ref _stopped) == 1);

    /// <summary>Completes when all that was appended is on the disk.</summary>
    /// <exception cref="EngineUnavailableException">The disk failed; only a restart finds out what it holds.</exception>
    internal async Task FlushAsync()
    {
        try
        {
            await Journal.FlushAsync();
        }
        catch (JournalUnavailableException error)
        {
            throw new EngineUnavailableException(error.Message, error);
        }
    }

    internal IDisposable TrackActivity()
    {
        Interlocked.Increment(ref _runningActivities);
        return new RunningActivity(this);
    }

    private void ActivityEnded()
    {
        if (Interlocked.Decrement(ref _runningActivities) == 0) _idle.TrySetResult();
    }

    private void Revive(ulong stream, List<HistoryEvent> history)
    {
        var started = history[0];
        var entry = new InstanceEntry(started.Text!, string.Intern(started.Name!), stream, started.Moment);
        var instance = new Instance(this, entry);
        instance.Restore(history);
        entry.Begin(instance);
        Index.GetOrAdd(entry);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The durable engine runs on {Directory}; {Count} unfinished instances continue.")]
    private static partial void LogStarted(ILogger logger, string directory, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} activities did not heed the stop; they run again at the next start.")]
    private static partial void LogActivitiesLeft(ILogger logger, int count);

    private sealed class RunningActivity(DurableEngine engine) : IDisposable
    {
        public void Dispose() => engine.ActivityEnded();
    }
}
