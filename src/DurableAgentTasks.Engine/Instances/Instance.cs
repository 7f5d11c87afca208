using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Engine.History;
using DurableAgentTasks.Engine.Journal;
using DurableAgentTasks.Engine.Replay;
using DurableAgentTasks.Engine.Timers;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Engine.Instances;

/// <summary>
/// A running instance: what comes in, in the order it is on the disk, and the execution it goes to.
/// <list type="number">
/// <item>Whatever comes in is appended to the journal and put into the inbox; once durable, it wakes the instance.</item>
/// <item>After a restart the history is replayed first.</item>
/// <item>Items are then handled one at a time; a suspended instance holds them back.</item>
/// <item>What the code asked for is set going: activities on the thread pool, timers in the queue.</item>
/// <item>When the generation is over, the instance ends or the next generation begins with what was not handled.</item>
/// </list>
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "The source has no timer and its wait handle is never taken: there is nothing to dispose.")]
internal sealed partial class Instance : IExecutionHost, IThreadPoolWorkItem
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? Scratch;

    private readonly Lock _gate = new();
    private readonly Queue<InboxItem> _inbox = [];
    private readonly Queue<HistoryEvent> _held = [];
    private readonly Dictionary<int, TimerQueue.Entry> _timers = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _recovered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<HistoryEvent>? _history;
    private HistoryEvent? _started;
    private Execution? _execution;
    private bool _suspended;
    private bool _closed;
    private int _awake;

    /// <param name="engine">The engine it lives in.</param>
    /// <param name="entry">Its place in the index.</param>
    /// <param name="history">What is recorded of its present generation; <see langword="null"/> for a new instance.</param>
    public Instance(DurableEngine engine, InstanceEntry entry, List<HistoryEvent>? history)
    {
        Engine = engine;
        Entry = entry;
        _history = history;
        if (history is null) _recovered.SetResult();
    }

    public DurableEngine Engine { get; }

    public InstanceEntry Entry { get; }

    /// <summary>Why the instance stands still although nothing on the disk says so; <see langword="null"/> while it does not.</summary>
    public string? Halted { get; private set; }

    public byte[]? CustomStatus => _execution?.CustomStatus ?? _started?.CustomStatus;

    /// <summary>Completes when the instance has ended, and that is on the disk.</summary>
    public Task WhenEnded => _ended.Task;

    /// <summary>Completes when the history has been replayed.</summary>
    public Task WhenRecovered => _recovered.Task;

    // 1.
    /// <summary>Takes in what must not be refused: results and timers.</summary>
    public void Receive(HistoryEvent item)
    {
        lock (_gate)
        {
            if (_closed) return;
            Append(item, RecordMark.None, acknowledgement: null, refusable: false);
        }
    }

    /// <summary>Takes in what a client sends; the acknowledgement completes when it is on the disk.</summary>
    /// <exception cref="EngineUnavailableException">The journal takes no new work.</exception>
    public bool TryReceive(HistoryEvent item, RecordMark mark, TaskCompletionSource acknowledgement)
    {
        lock (_gate)
        {
            if (_closed || (Halted is not null && item.Kind != EventKind.Terminated)) return false;
            return Append(item, mark, acknowledgement, refusable: true) ? true : throw Engine.NoRoom();
        }
    }

    public void Wake()
    {
        if (Interlocked.Exchange(ref _awake, 1) == 0) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Tells the running activities that the engine stops.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>Forgets an instance that stands still, before it is purged.</summary>
    public void Discard()
    {
        lock (_gate) _closed = true;
    }

    /// <summary>Handles all that is there to handle; one thread at a time.</summary>
    public void Execute()
    {
        ActivityRun? next = null;
        do
        {
            try
            {
                Recover();
                while (TryTake() is { } item) Handle(item);
                LookForViolation();
                next = SetGoing(next);
            }
            catch (EngineUnavailableException)
            {
                // The disk is gone: the instance stands still until the engine is started again.
                return;
            }
            catch (Exception error)
            {
                Halt(error);
            }

            Interlocked.Exchange(ref _awake, 0);
        }
        while (HasWork() && Interlocked.Exchange(ref _awake, 1) == 0);

        // The last activity runs here and now: a step that follows a step costs no change of threads.
        next?.Execute();
    }

    void IExecutionHost.Record(HistoryEvent decision) => Engine.Journal.Append(Entry.Stream, RecordMark.None, Encode(decision));

    void IExecutionHost.TimerCancelled(int number)
    {
        if (_timers.Remove(number, out var timer)) Engine.Timers.Remove(timer);
    }

    ILogger IExecutionHost.CreateLogger(string category) => Engine.LoggerFactory.CreateLogger(category);

    // 2.
    private void Recover()
    {
        if (_history is not { } history) return;
        _history = null;
        try
        {
            if (history.Find(item => item.Kind == EventKind.Completed) is { } completed)
            {
                Close(completed);
                return;
            }

            var cameIn = history.FindAll(item => !item.IsDecision);
            _execution = new Execution(this, cameIn[0], new Queue<HistoryEvent>(history.Where(item => item.IsDecision)));
            for (var i = 0; i < cameIn.Count && !_closed; i++) Apply(cameIn[i], replaying: i < cameIn.Count - 1);
            if (_closed) return;
            _execution.FinishReplay();
            Settle();
        }
        finally
        {
            _recovered.TrySetResult();
        }
    }

    // 3.
    private void Handle(HistoryEvent item)
    {
        if (_closed || (Halted is not null && item.Kind != EventKind.Terminated)) return;
        Apply(item, replaying: false);
        Settle();
    }

    private void Apply(HistoryEvent item, bool replaying)
    {
        Entry.UpdatedAt = item.Time;
        switch (item.Kind)
        {
            case EventKind.Started:
                Begin(item, replaying);
                break;
            case EventKind.Suspended:
                _suspended = true;
                Entry.Status = RuntimeStatus.Suspended;
                break;
            case EventKind.Resumed:
                _suspended = false;
                Entry.Status = RuntimeStatus.Running;
                while (_held.TryDequeue(out var held)) Deliver(held, replaying);
                break;
            case EventKind.Terminated:
                Close(Ending(RuntimeStatus.Terminated, output: null, item.Text));
                break;
            default:
                if (_suspended) _held.Enqueue(item);
                else Deliver(item, replaying);
                break;
        }
    }

    private void Begin(HistoryEvent started, bool replaying)
    {
        _started = started;
        _execution ??= new Execution(this, started, []);
        Entry.Status = RuntimeStatus.Running;
        if (Engine.Registry.FindOrchestration(started.Name!) is { } code)
        {
            _execution.Start(code, replaying);
            foreach (var carried in started.Carried.TakeWhile(_ => !_closed)) Apply(carried, replaying);
            return;
        }

        Close(Ending(RuntimeStatus.Failed, output: null,
            $"No orchestration named '{started.Name}' is registered; there are: {Engine.Registry.OrchestrationNames}."));
    }

    private void Deliver(HistoryEvent item, bool replaying)
    {
        if (item.Kind == EventKind.TimerFired) _timers.Remove(item.Number);
        _execution!.Deliver(item, replaying);
    }

    // 4.
    private ActivityRun? SetGoing(ActivityRun? next)
    {
        if (_execution is not { } execution || Halted is not null || _closed) return next;
        foreach (var opened in execution.TakeOpened())
        {
            if (opened.Kind == EventKind.TimerCreated)
            {
                _timers[opened.Number] = Engine.Timers.Add(opened.Moment, OnTimerDue, opened.Number);
                continue;
            }

            if (next is not null) ThreadPool.UnsafeQueueUserWorkItem(next, preferLocal: true);
            next = new ActivityRun(this, opened, _stop.Token);
        }

        return next;
    }

    private void OnTimerDue(int number)
    {
        try
        {
            Receive(new HistoryEvent { Kind = EventKind.TimerFired, Time = Engine.Now, Number = number });
        }
        catch (EngineUnavailableException)
        {
            // The disk is gone; the timer fires in the next life of the engine.
        }
    }

    // 5.
    private void Settle()
    {
        if (_closed || _execution is not { IsOver: true } execution) return;
        switch (execution.End())
        {
            case ExecutionEnd.Continued continued:
                Continue(execution, continued.Input);
                break;
            case ExecutionEnd.Returned returned:
                Close(Ending(RuntimeStatus.Completed, returned.Output, failure: null));
                break;
            case ExecutionEnd.Failed failed:
                LogFailed(Engine.Logger, Entry.Id, failed.Error);
                Close(Ending(RuntimeStatus.Failed, output: null, $"{failed.Error.GetType().Name}: {failed.Error.Message}"));
                break;
        }
    }

    private void Continue(Execution execution, byte[]? input)
    {
        lock (_gate)
        {
            // What is on its way in would stand before the new beginning, and so be forgotten: the beginning carries it.
            var carried = execution.Unhandled.Concat(_held).Concat(_inbox.Select(item => item.Event)).Where(IsForNextGeneration).ToList();
            _held.Clear();
            _inbox.Clear();
            var begin = new HistoryEvent
            {
                Kind = EventKind.Started, Time = Engine.Now, Number = _started!.Number + 1, Name = Entry.Name, Text = Entry.Id,
                Moment = Entry.CreatedAt, Payload = input, CustomStatus = execution.CustomStatus, Carried = carried,
            };
            _started = begin;
            _execution = null;
            Append(begin, RecordMark.Begin, acknowledgement: null, refusable: false);
        }
    }

    private static bool IsForNextGeneration(HistoryEvent item) =>
        item.Kind is EventKind.EventRaised or EventKind.Suspended or EventKind.Resumed or EventKind.Terminated;

    private HistoryEvent Ending(RuntimeStatus status, byte[]? output, string? failure)
    {
        var completed = new HistoryEvent
        {
            Kind = EventKind.Completed, Time = Engine.Now, Status = status, Payload = output, Text = failure, CustomStatus = CustomStatus,
        };
        Engine.Journal.Append(Entry.Stream, RecordMark.None, Encode(completed));
        return completed;
    }

    private void Close(HistoryEvent completed)
    {
        var ended = new HistoryEvent
        {
            Kind = EventKind.Ended, Time = completed.Time, Name = Entry.Name, Text = Entry.Id, Moment = Entry.CreatedAt, Status = completed.Status,
        };
        lock (_gate)
        {
            _closed = true;
            foreach (var timer in _timers.Values) Engine.Timers.Remove(timer);
            _timers.Clear();
            Engine.Journal.Append(Entry.Stream, RecordMark.End, Encode(ended), new EndedCallback(this, completed));
        }

        // On the pool: what a token's listeners do must not hold up the instance.
        if (completed.Status == RuntimeStatus.Terminated) ThreadPool.UnsafeQueueUserWorkItem(static stop => stop.Cancel(), _stop, preferLocal: false);
    }

    private void OnEnded(HistoryEvent completed)
    {
        Entry.UpdatedAt = completed.Time;
        Entry.Status = completed.Status;
        Entry.Live = null;
        _ended.TrySetResult();
    }

    private void LookForViolation()
    {
        if (Halted is null && !_closed) _execution?.ThrowIfViolated();
    }

    private void Halt(Exception error)
    {
        Halted = $"{error.GetType().Name}: {error.Message}";
        Entry.Status = RuntimeStatus.Failed;
        LogHalted(Engine.Logger, Entry.Id, error);
        _ended.TrySetResult();
    }

    private InboxItem? Peek() => _inbox.TryPeek(out var first) && first.IsDurable ? first : null;

    private bool HasWork()
    {
        lock (_gate) return Peek() is not null;
    }

    private HistoryEvent? TryTake()
    {
        lock (_gate) return Peek() is null ? null : _inbox.Dequeue().Event;
    }

    private bool Append(HistoryEvent item, RecordMark mark, TaskCompletionSource? acknowledgement, bool refusable)
    {
        var entry = new InboxItem(this, item, acknowledgement);
        if (!refusable) Engine.Journal.Append(Entry.Stream, mark, Encode(item), entry);
        else if (!Engine.Journal.TryAppend(Entry.Stream, mark, Encode(item), entry)) return false;
        _inbox.Enqueue(entry);
        return true;
    }

    private static ReadOnlySpan<byte> Encode(HistoryEvent item)
    {
        var buffer = Scratch ??= new ArrayBufferWriter<byte>(1024);
        buffer.ResetWrittenCount();
        HistoryCodec.Write(item, buffer);
        return buffer.WrittenSpan;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Instance {InstanceId} stands still; nothing of it was overwritten.")]
    private static partial void LogHalted(ILogger logger, string instanceId, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Instance {InstanceId} failed.")]
    private static partial void LogFailed(ILogger logger, string instanceId, Exception error);

    private sealed class EndedCallback(Instance instance, HistoryEvent completed) : IDurableCallback
    {
        public void OnDurable() => instance.OnEnded(completed);
    }
}
