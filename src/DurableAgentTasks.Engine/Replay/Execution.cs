using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Text;
using DurableAgentTasks.Engine.History;
using DurableAgentTasks.Workflow;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Engine.Replay;

/// <summary>
/// One generation of an orchestration: its code, held against its history.
/// <list type="number">
/// <item>What came in (<see cref="Deliver"/>) is handed to the code, one event at a time, on the orchestration's thread.</item>
/// <item>What the code then asks for is a decision. While decisions stand in the history they are compared; new ones are recorded.</item>
/// <item>An activity, timer or wait that is open is kept here until its answer comes in.</item>
/// <item>The generation is over when the code has returned and no activity and no uncancelled timer is open.</item>
/// </list>
/// </summary>
internal sealed class Execution : IDurableContext
{
    private readonly IExecutionHost _host;
    private readonly OrchestrationThread _thread;
    private readonly HistoryEvent _started;
    private readonly RecordedDecisions _recorded;
    private readonly Dictionary<int, PendingActivity> _activities = [];
    private readonly Dictionary<int, PendingTimer> _timers = [];
    private readonly Dictionary<string, PendingWait> _waits = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Queue<(int Order, HistoryEvent Item)>> _buffer = new(StringComparer.OrdinalIgnoreCase);
    private List<HistoryEvent> _opened = [];
    private Task<byte[]?>? _code;
    private int _nextNumber;
    private int _nextOrder;
    private uint _nextGuid;
    private int _turn;
    private bool _replaying;
    private volatile bool _foreign;
    private NonDeterminismException? _violation;
    private ExceptionDispatchInfo? _unrecorded;
    private (bool Asked, byte[]? Input) _continueAsNew;

    /// <param name="host">Records decisions and sets activities and timers going.</param>
    /// <param name="started">The event the generation begins with.</param>
    /// <param name="recorded">The decisions the history holds; none for a new generation.</param>
    public Execution(IExecutionHost host, HistoryEvent started, RecordedDecisions recorded)
    {
        _host = host;
        _started = started;
        _recorded = recorded;
        _thread = new OrchestrationThread(OnForeignContinuation);
        CurrentUtcDateTime = started.Time;
        CustomStatus = started.CustomStatus;
    }

    public string InstanceId => _started.Text!;

    public DateTimeOffset CurrentUtcDateTime { get; private set; }

    public byte[]? CustomStatus { get; private set; }

    /// <summary>Whether everything has been handed in that was recorded before this life.</summary>
    public bool IsReplaying => _replaying || _recorded.Next is not null;

    // 4. Nothing open, and the code has returned.
    public bool IsOver => _code is { IsCompleted: true } && _activities.Count == 0 && _timers.Count == 0;

    /// <summary>Events that nobody has asked for, in the order they came, to be carried into the next generation.</summary>
    public IEnumerable<HistoryEvent> Unhandled =>
        _buffer.Values.SelectMany(queue => queue).OrderBy(buffered => buffered.Order).Select(buffered => buffered.Item);

    /// <summary>How the generation ended, once <see cref="IsOver"/>.</summary>
    public ExecutionEnd End() => _code switch
    {
        { IsFaulted: true } => new ExecutionEnd.Failed(Unwrap(_code.Exception!)),
        { IsCanceled: true } => new ExecutionEnd.Failed(new TaskCanceledException("The orchestration was cancelled by a token it did not handle.")),
        _ when _continueAsNew.Asked => new ExecutionEnd.Continued(_continueAsNew.Input),
        _ => new ExecutionEnd.Returned(_code!.Result),
    };

    /// <summary>Calls the code for the first time.</summary>
    /// <exception cref="NonDeterminismException">What the code did is not what the history says.</exception>
    public void Start(Func<IDurableContext, Task<byte[]?>> code, bool replaying) =>
        Turn(replaying, static (self, code) => self._code = code(self), code);

    /// <summary>The activities and timers that were asked for since the last call and are still open.</summary>
    public List<HistoryEvent> TakeOpened()
    {
        var opened = _opened;
        _opened = [];
        opened.RemoveAll(item => !_activities.ContainsKey(item.Number) && !_timers.ContainsKey(item.Number));
        return opened;
    }

    // 1.
    /// <summary>Hands the code what came in.</summary>
    /// <exception cref="NonDeterminismException">What the code did is not what the history says.</exception>
    public void Deliver(HistoryEvent item, bool replaying)
    {
        if (item.Time > CurrentUtcDateTime) CurrentUtcDateTime = item.Time;
        Turn(replaying, static (self, item) => self.Complete(item), item);
    }

    /// <summary>To be asked at the end of the history, and when the generation is over.</summary>
    /// <exception cref="NonDeterminismException">The history holds decisions that the code did not come to.</exception>
    public void ThrowIfUnfulfilled()
    {
        if (_recorded.Next is { } missing) throw NonDeterminismException.At(missing.Describe(), IsOver ? "its end" : "nothing");
    }

    public T? GetInput<T>() => EngineJson.Read<T>(_started.Payload);

    public Guid NewGuid()
    {
        EnsureOnThread();

        // RFC 9562 version 8: a hash of what names this call and no other.
        var name = Encoding.UTF8.GetBytes($"{InstanceId}\n{_started.Number}\n{_started.Time.UtcTicks}\n{_nextGuid++}");
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(name, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

    public Task<T> CallActivityAsync<T>(string name, object? input)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        EnsureOnThread();
        var pending = new PendingActivity<T>(Decide(new HistoryEvent
        {
            Kind = EventKind.TaskScheduled,
            Time = CurrentUtcDateTime,
            Number = _nextNumber++,
            Turn = _turn,
            Name = name,
            Payload = EngineJson.Write(input),
        }));
        _activities.Add(pending.Scheduled.Number, pending);
        _opened.Add(pending.Scheduled);
        return pending.Task;
    }

    public Task CreateTimerAsync(DateTimeOffset fireAt, CancellationToken cancellationToken)
    {
        EnsureOnThread();
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled(cancellationToken);
        var pending = new PendingTimer(Decide(new HistoryEvent
        {
            Kind = EventKind.TimerCreated,
            Time = CurrentUtcDateTime,
            Number = _nextNumber++,
            Turn = _turn,
            Moment = fireAt.ToUniversalTime(),
        }));
        _timers.Add(pending.Created.Number, pending);
        _opened.Add(pending.Created);
        pending.Registration = cancellationToken.Register(() => CancelTimer(pending, cancellationToken));
        return pending.Task;
    }

    public Task<T?> WaitForExternalEventAsync<T>(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        EnsureOnThread();
        var wait = new PendingWait<T>();
        if (!_waits.TryAdd(name, wait))
        {
            throw new InvalidOperationException(
                $"A wait for the event '{name}' is open already: keep its task and await that one, since waits cannot be cancelled.");
        }

        if (_buffer.TryGetValue(name, out var queue) && queue.TryDequeue(out var buffered))
        {
            _waits.Remove(name);
            wait.Complete(buffered.Item.Payload);
        }

        return wait.Task;
    }

    public void SetCustomStatus(object? status)
    {
        EnsureOnThread();
        var json = EngineJson.Write(status);
        var length = json is null ? 0 : Encoding.UTF8.GetCharCount(json);
        if (length > DurableLimits.CustomStatusLength)
        {
            throw new ArgumentException(
                $"The custom status has {length} characters; at most {DurableLimits.CustomStatusLength} are kept. Shorten it.", nameof(status));
        }

        CustomStatus = json;
    }

    public void ContinueAsNew(object? input)
    {
        EnsureOnThread();
        _continueAsNew = (true, EngineJson.Write(input));
    }

    public ILogger CreateReplaySafeLogger(string category) => new ReplaySafeLogger(_host.CreateLogger(category), this);

    private void Turn<TState>(bool replaying, Action<Execution, TState> action, TState state)
    {
        _replaying = replaying;
        _turn++;
        _thread.Run(static call => call.Action(call.Self, call.State), (Self: this, Action: action, State: state));
        ThrowIfViolated();
    }

    /// <summary>Whether the code did what cannot be replayed.</summary>
    public bool IsViolated => _foreign || _violation is not null || _unrecorded is not null;

    /// <exception cref="NonDeterminismException">The code did what cannot be replayed.</exception>
    public void ThrowIfViolated()
    {
        if (_violation is { } violation) throw violation;
        _unrecorded?.Throw();
        if (_foreign) throw new NonDeterminismException(ForeignAwait);
    }

    // 2. The code sees a violation, or that nothing can be recorded, as a task that never ends; the turn sees it as an exception.
    private HistoryEvent Decide(HistoryEvent decision)
    {
        if (_violation is not null || _unrecorded is not null) return decision;
        _violation = _recorded.Compare(decision, out var recorded);
        if (_violation is null && recorded is null) Record(decision);
        return recorded ?? decision;
    }

    /// <summary>That the engine can record nothing any more, because it stops, is no failure of the code: it must not see it.</summary>
    private void Record(HistoryEvent decision)
    {
        try
        {
            _host.Record(decision);
        }
        catch (Exception error)
        {
            _unrecorded = ExceptionDispatchInfo.Capture(error);
        }
    }

    // 3.
    private void Complete(HistoryEvent item)
    {
        switch (item.Kind)
        {
            case EventKind.TaskCompleted or EventKind.TaskFailed:
                if (_activities.Remove(item.Number, out var activity)) activity.Complete(item);
                else RequireKnown(item);
                break;
            case EventKind.TimerFired:
                if (_timers.Remove(item.Number, out var timer)) timer.Fire();
                else RequireKnown(item);
                break;
            case EventKind.EventRaised:
                // Code that has returned handles nothing more: what comes now is for the next generation.
                if (_code is not { IsCompleted: true } && _waits.Remove(item.Name!, out var wait)) wait.Complete(item.Payload);
                else Buffer(item);
                break;
            default:
                throw new InvalidOperationException($"{item.Kind} is not for the code.");
        }
    }

    private void RequireKnown(HistoryEvent item)
    {
        // A timer that was cancelled as it fired is known and no longer open.
        if (item.Number < _nextNumber) return;
        _violation ??= NonDeterminismException.At(_recorded.Next?.Describe() ?? $"what {item.Describe()} answers", "nothing");
    }

    private void Buffer(HistoryEvent item)
    {
        if (!_buffer.TryGetValue(item.Name!, out var queue)) _buffer.Add(item.Name!, queue = []);
        queue.Enqueue((_nextOrder++, item));
    }

    private void CancelTimer(PendingTimer timer, CancellationToken cancellationToken)
    {
        if (!_thread.IsCurrent)
        {
            OnForeignContinuation();
            return;
        }

        if (!_timers.Remove(timer.Created.Number)) return;
        Decide(new HistoryEvent { Kind = EventKind.TimerCancelled, Time = CurrentUtcDateTime, Number = timer.Created.Number, Turn = _turn });
        _host.TimerCancelled(timer.Created.Number);
        timer.TrySetCanceled(cancellationToken);
    }

    private void OnForeignContinuation()
    {
        _foreign = true;
        _host.Wake();
    }

    private void EnsureOnThread()
    {
        if (!_thread.IsCurrent) throw new InvalidOperationException(ForeignAwait);
    }

    private const string ForeignAwait =
        "The orchestration awaited something that its context did not give it (such as Task.Delay, Task.Run or I/O). Do it in an activity.";

    private static Exception Unwrap(AggregateException error) => error.InnerExceptions.Count == 1 ? error.InnerException! : error;
}
