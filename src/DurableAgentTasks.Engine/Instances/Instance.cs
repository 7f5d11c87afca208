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
/// <item>After a restart the inbox first holds what came in during the earlier life, and the code is held against the decisions
/// it made then.</item>
/// <item>Items are handled one at a time; a suspended instance holds them back.</item>
/// <item>What the code asked for is set going: activities on the thread pool, timers in the queue.</item>
/// <item>When the generation is over, the instance ends or the next generation begins with what was not handled.</item>
/// </list>
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "The source has no timer and its wait handle is never taken: there is nothing to dispose.")]
internal sealed partial class Instance : IExecutionHost, IThreadPoolWorkItem
{
    private readonly Inbox _inbox;
    private readonly Queue<HistoryEvent> _held = [];
    private readonly Standstill _standstill = new();
    private readonly Dictionary<int, TimerQueue.Entry> _timers = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RecordedDecisions _recorded = RecordedDecisions.None;
    private HistoryEvent? _completed;
    private HistoryEvent? _started;
    private Execution? _execution;
    private Action<int>? _onTimerDue;
    private int _toReplay;
    private int _awake;

    public Instance(DurableEngine engine, InstanceEntry entry)
    {
        Engine = engine;
        Entry = entry;
        _inbox = new Inbox(this, engine.Journal, entry.Stream);
    }

    public DurableEngine Engine { get; }

    public InstanceEntry Entry { get; }

    public RuntimeStatus Status { get; private set; }

    /// <summary>Why the instance stands still although nothing on the disk says so; <see langword="null"/> while it does not.</summary>
    public string? Halted { get; private set; }

    public byte[]? Input => _started?.Payload;

    public byte[]? CustomStatus => _execution is { } execution ? execution.CustomStatus : _started?.CustomStatus;

    /// <summary>Completes when what was recorded before this life has been replayed.</summary>
    public Task WhenReady => _ready.Task;

    /// <summary>Whether the journal did not take its start.</summary>
    public bool WasRefused => _inbox.WasRefused;

    /// <summary>Completes when the instance has ended, and that is on the disk, or stands still.</summary>
    public Task WhenEnded => _ended.Task;

    // 1.
    /// <summary>Starts a new instance, unless its id is taken.</summary>
    /// <returns>The entry that has the id now.</returns>
    /// <exception cref="EngineUnavailableException">The journal takes no new work.</exception>
    public InstanceEntry Start(HistoryEvent started)
    {
        var present = Entry;
        _started = started;
        _ready.SetResult();
        var reception = _inbox.Open(started, publish: () => (present = Engine.Index.GetOrAdd(Entry)) == Entry);
        if (reception != Reception.NoRoom) return present;
        Engine.Index.Remove(Entry);
        throw Engine.NoRoom();
    }

    /// <summary>Begins an instance that has ended anew, in its stream: with this record its earlier ones no longer count.</summary>
    /// <returns><see langword="false"/> if the journal takes no new work; nothing has changed then.</returns>
    public bool Restart(HistoryEvent started, Instance? before)
    {
        _started = started;
        _ready.SetResult();
        var reception = _inbox.Open(started, publish: () =>
        {
            Entry.Begin(this);
            return true;
        });
        if (reception != Reception.NoRoom)
        {
            before?.Discard();
            return true;
        }

        Entry.Resume(before);
        _ended.SetResult();
        return false;
    }

    /// <summary>Takes in what must not be refused: results and timers.</summary>
    public void Receive(HistoryEvent item, int generation) => _inbox.Receive(item, generation);

    /// <summary>Takes in what a client sends.</summary>
    /// <returns>Whether the instance can take it.</returns>
    /// <exception cref="EngineUnavailableException">The journal takes no new work.</exception>
    public bool TryReceive(HistoryEvent item)
    {
        if (Halted is not null && item.Kind != EventKind.Terminated) return false;
        return _inbox.TryReceive(item) switch
        {
            Reception.NoRoom => throw Engine.NoRoom(),
            var reception => reception == Reception.Taken,
        };
    }

    public void Wake()
    {
        if (Engine.MayRun && Interlocked.Exchange(ref _awake, 1) == 0) Engine.Threads.Queue(this, preferLocal: false);
    }

    /// <summary>Asks the running activities to end, and starts no more of them.</summary>
    public void Stop() => _ = _stop.CancelAsync();

    /// <summary>Forgets an instance that stands still, before it is purged.</summary>
    public void Discard()
    {
        _inbox.Discard();
        Stop();
    }

    // 2.
    /// <summary>Takes up what is recorded of the present generation.</summary>
    public void Restore(List<HistoryEvent> history)
    {
        _started = history[0];
        _recorded = new RecordedDecisions(history);
        _completed = history.Find(item => item.Kind == EventKind.Completed);
        Status = RuntimeStatus.Running;
        foreach (var item in history.Where(item => !item.IsDecision && item.Kind != EventKind.Completed))
        {
            _inbox.Restore(item);
            _toReplay++;
        }
    }

    /// <summary>Handles all that is there to handle; one thread at a time.</summary>
    public void Execute()
    {
        ActivityRun? last = null;
        do
        {
            if (last is not null) Engine.Threads.Queue(last, preferLocal: true);
            last = null;
            try
            {
                if (_completed is { } completed) Close(completed);
                while (_inbox.TryTake() is { } item) Handle(item);
                if (Halted is null) _execution?.ThrowIfViolated();
                last = SetGoing();
            }
            catch (Exception error) when (Engine.CannotRecord(error))
            {
                // The instance stands still until the engine is started again.
                _ready.TrySetResult();
                return;
            }
            catch (Exception error)
            {
                Halt(error);
            }

            if (_toReplay == 0) _ready.TrySetResult();
            Interlocked.Exchange(ref _awake, 0);
        }
        while (HasWork && Interlocked.Exchange(ref _awake, 1) == 0);

        // The last activity runs here and now: a step that follows a step costs no change of threads.
        last?.Execute();
    }

    void IExecutionHost.Record(HistoryEvent decision) =>
        Engine.Journal.Append(Entry.Stream, RecordMark.None, HistoryCodec.Encode(decision));

    void IExecutionHost.TimerCancelled(int number)
    {
        if (_timers.Remove(number, out var timer)) Engine.Timers.Remove(timer);
    }

    ILogger IExecutionHost.CreateLogger(string category) => Engine.LoggerFactory.CreateLogger(category);

    private bool HasWork => _inbox.HasDurable || (Halted is null && _execution is { IsViolated: true });

    // 3.
    private void Handle(HistoryEvent item)
    {
        if (_toReplay > 0) _toReplay--;
        if (_inbox.IsClosed || (Halted is not null && item.Kind != EventKind.Terminated)) return;
        Apply(item, replaying: _toReplay > 0);
        if (_toReplay == 0) _execution?.ThrowIfUnfulfilled();
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
                _standstill.Begin(item);
                Status = RuntimeStatus.Suspended;
                break;
            case EventKind.Resumed:
                _standstill.End(item);
                Status = RuntimeStatus.Running;
                while (_held.TryDequeue(out var held)) Deliver(held, replaying);
                break;
            case EventKind.Terminated:
                Close(RuntimeStatus.Terminated, output: null, item.Text);
                Stop();
                break;
            default:
                if (_standstill.Lasts) _held.Enqueue(item);
                else Deliver(item, replaying);
                break;
        }
    }

    private void Begin(HistoryEvent started, bool replaying)
    {
        _started = started;
        Status = RuntimeStatus.Running;
        if (Engine.Registry.FindOrchestration(started.Name!) is { } code)
        {
            _execution = new Execution(this, started, _recorded);
            _onTimerDue = number => OnTimerDue(number, started.Number);
            _recorded = RecordedDecisions.None;
            _execution.Start(code, replaying);
            foreach (var carried in started.Carried.TakeWhile(_ => !_inbox.IsClosed)) Apply(carried, replaying);
            return;
        }

        Close(RuntimeStatus.Failed, output: null,
            $"No orchestration named '{started.Name}' is registered; there are: {Engine.Registry.OrchestrationNames}.");
    }

    private void Deliver(HistoryEvent item, bool replaying)
    {
        if (item.Kind == EventKind.TimerFired) _timers.Remove(item.Number);
        _execution!.Deliver(item, replaying);
    }

    // 4.
    /// <returns>The last activity, which nobody runs yet.</returns>
    private ActivityRun? SetGoing()
    {
        ActivityRun? last = null;
        if (_execution is not { } execution || Halted is not null || _inbox.IsClosed) return last;
        foreach (var opened in execution.TakeOpened())
        {
            // Answered in an earlier life, while the instance was suspended.
            if (_held.Any(held => held.Number == opened.Number)) continue;
            if (opened.Kind == EventKind.TimerCreated)
            {
                _timers[opened.Number] = Engine.Timers.Add(opened.Moment, _onTimerDue!, opened.Number);
                continue;
            }

            if (last is not null) Engine.Threads.Queue(last, preferLocal: true);
            last = new ActivityRun(this, opened, _started!.Number, _stop.Token);
        }

        return last;
    }

    private void OnTimerDue(int number, int generation)
    {
        try
        {
            Receive(new HistoryEvent { Kind = EventKind.TimerFired, Time = Engine.Now, Number = number }, generation);
        }
        catch (Exception error) when (Engine.CannotRecord(error))
        {
            // The timer fires in the next life of the engine.
        }
    }

    // 5.
    private void Settle()
    {
        if (_inbox.IsClosed || _execution is not { IsOver: true } execution) return;
        execution.ThrowIfUnfulfilled();
        switch (execution.End())
        {
            case ExecutionEnd.Continued continued:
                Continue(execution, continued.Input);
                break;
            case ExecutionEnd.Returned returned:
                Close(RuntimeStatus.Completed, returned.Output, failure: null);
                break;
            case ExecutionEnd.Failed failed:
                LogFailed(Engine.Logger, Entry.Id, failed.Error);
                Close(RuntimeStatus.Failed, output: null, $"{failed.Error.GetType().Name}: {failed.Error.Message}");
                break;
        }
    }

    private void Continue(Execution execution, byte[]? input) => _inbox.BeginAnew(waiting =>
    {
        var begin = new HistoryEvent
        {
            Kind = EventKind.Started,
            Time = Engine.Now,
            Number = _started!.Number + 1,
            Name = Entry.Name,
            Text = Entry.Id,
            Moment = Entry.CreatedAt,
            Payload = input,
            CustomStatus = execution.CustomStatus,
            Carried = [.. _standstill.After(execution.CurrentUtcDateTime).Concat(execution.Unhandled).Concat(waiting.Where(IsForNextGeneration))],
        };
        _toReplay = 0;
        _started = begin;
        _execution = null;
        return begin;
    });

    // The firing of a cancelled timer means nothing to the next generation.
    private static bool IsForNextGeneration(HistoryEvent item) =>
        item.Kind is EventKind.EventRaised or EventKind.Suspended or EventKind.Resumed or EventKind.Terminated;

    private void Close(RuntimeStatus status, byte[]? output, string? failure) => Close(new HistoryEvent
    {
        Kind = EventKind.Completed,
        Time = Engine.Now,
        Status = status,
        Payload = output,
        Text = failure,
        CustomStatus = CustomStatus,
    });

    private void Close(HistoryEvent completed)
    {
        var ended = new HistoryEvent
        {
            Kind = EventKind.Ended,
            Time = completed.Time,
            Name = Entry.Name,
            Text = Entry.Id,
            Moment = Entry.CreatedAt,
            Status = completed.Status,
        };
        _toReplay = 0;
        RemoveTimers();
        _inbox.TryClose(completed == _completed ? null : completed, ended, new EndedCallback(this, completed));
    }

    private void OnEnded(HistoryEvent completed)
    {
        Entry.End(this, completed.Status, completed.Time);
        _ended.TrySetResult();
    }

    private void Halt(Exception error)
    {
        _toReplay = 0;
        RemoveTimers();
        Halted = $"{error.GetType().Name}: {error.Message}";
        Status = RuntimeStatus.Failed;
        LogHalted(Engine.Logger, Entry.Id, error);
        _ended.TrySetResult();
    }

    // Those of an instance that stands still are set again in the next life of the engine.
    private void RemoveTimers()
    {
        foreach (var timer in _timers.Values) Engine.Timers.Remove(timer);
        _timers.Clear();
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
