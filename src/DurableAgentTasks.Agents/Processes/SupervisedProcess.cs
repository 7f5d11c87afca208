using System.Diagnostics;

namespace DurableAgentTasks.Agents.Processes;

/// <summary>
/// A command that runs under supervision:
/// <list type="number">
/// <item>What cannot start is refused, as a value. A run that an earlier life started is adopted, and goes on at 4.</item>
/// <item>The run is recorded before anything runs, so that a later life knows to look for it.</item>
/// <item>The wrapper starts the command in a session of its own, with files for its output; the record is completed.</item>
/// <item>It runs until the command ends or somebody asks for a stop.</item>
/// <item>What is left is ended: everything after a stop, else what the command left running.</item>
/// <item>Only then is the exit reported.</item>
/// </list>
/// Nothing here depends on the supervisor staying alive: the command goes on without it, see <see cref="RunFolder.Read()"/> and <see cref="Leftovers"/>.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "The token source has neither timer nor wait handle, and must take a late StopNow.")]
public sealed class SupervisedProcess
{
    /// <summary>A look is one small file on Linux, and a process of its own elsewhere.</summary>
    internal static readonly TimeSpan AdoptedInterval = TimeSpan.FromMilliseconds(OperatingSystem.IsLinux() ? 50 : 500);

    private static readonly StopCause ByToken = new("caller", "the caller's token was cancelled");

    private readonly TimeProvider _time;
    private readonly RunProcesses _processes;
    private readonly TreeMeter _meter;
    private readonly RunEnding _ending;
    private readonly Lock _freezing = new();
    private readonly TaskCompletionSource _stopAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _now = new();
    private StopCause? _cause;
    private bool _isEnding;

    private SupervisedProcess(RunFolder folder, RunRecord record, TimeProvider time)
    {
        (Folder, Record, _time) = (folder, record, time);
        _processes = new RunProcesses(ProcessTable.Current, tag => tag == record.Tag, record.StartTime ?? 0);
        // One that ended before we looked has no start time any more, but its session may still have members.
        _processes.AddWrapper(record.Wrapper ?? new ProcessIdentity(record.Pid!.Value, StartTime: 0), record.Interrupt);
        _meter = new TreeMeter(_processes);
        _ending = new RunEnding(_processes, ProcessTable.Current, time);
    }

    public RunFolder Folder { get; }

    public RunRecord Record { get; }

    /// <summary>Completes when no process of the run is left, so that its output files are whole. It does not fail for what the command did.</summary>
    public Task<ProcessExit> Completion { get; private set; } = null!;

    /// <summary>Starts a run. The two tokens do what <see cref="Stop"/> and <see cref="StopNow"/> do, at any time.</summary>
    /// <param name="spec">What to run.</param>
    /// <param name="time">For the grace.</param>
    /// <param name="pleaseStop">Interrupt it, and kill it after the grace.</param>
    /// <param name="now">Kill it at once.</param>
    /// <exception cref="IOException">The run folder cannot be written.</exception>
    public static async Task<ProcessStart> StartAsync(ProcessSpec spec, TimeProvider time, CancellationToken pleaseStop, CancellationToken now)
    {
        // 1.
        if (LaunchCheck.Refuse(spec, out var executable) is { } refused) return refused;
        if (pleaseStop.IsCancellationRequested || now.IsCancellationRequested)
            return new ProcessStart.Refused(StartRefusal.StopRequested, "A stop was asked for before the command began.");

        // 2. and 3.
        var launch = await WrapperLaunch.StartAsync(spec, executable, time);
        if (launch is not { Wrapper: { } wrapper, Record: { } record }) return launch.Refused!;
        var process = new SupervisedProcess(spec.Folder, record, time);
        process.Completion = process.SuperviseAsync(ExitOfAsync(wrapper), pleaseStop, now);
        return new ProcessStart.Started(process);
    }

    /// <summary>
    /// Takes over a run that an earlier life of this supervisor started and whose wrapper lives. It is supervised as one started here:
    /// its end is seen at most <see cref="AdoptedInterval"/> late. The two tokens do what <see cref="Stop"/> and <see cref="StopNow"/> do.
    /// </summary>
    /// <param name="folder">The run's; it holds all that is needed.</param>
    /// <param name="time">For the grace.</param>
    /// <param name="pleaseStop">Interrupt it, and kill it after the grace.</param>
    /// <param name="now">Kill it at once.</param>
    /// <returns>
    /// <see langword="null"/> if there is nothing to take over: the run has ended, or its wrapper is dead. Processes of it may live all
    /// the same; <see cref="Leftovers.EndAsync(RunFolder, TimeProvider, CancellationToken)"/> ends those.
    /// </returns>
    /// <exception cref="IOException">The run folder cannot be read.</exception>
    public static SupervisedProcess? Adopt(RunFolder folder, TimeProvider time, CancellationToken pleaseStop, CancellationToken now)
    {
        var table = ProcessTable.Current;
        if (folder.Read() is not { State: RunState.Alive, Record: { StartTime: { } started } record }) return null;
        if (RunWrapper.Find(record, table.List(started).ToDictionary(process => process.Id), table) is not { } wrapper) return null;
        var process = new SupervisedProcess(folder, record, time);
        process.Completion = process.SuperviseAsync(GoneAsync(wrapper), pleaseStop, now);
        return process;
    }

    /// <summary>Please stop: an interrupt to the command's group, the grace, then the kill. The first cause is the one reported.</summary>
    public void Stop(StopCause cause)
    {
        Interlocked.CompareExchange(ref _cause, cause, null);
        _stopAsked.TrySetResult();
    }

    /// <summary>Now: kills everything at once, also while a polite stop waits.</summary>
    public void StopNow(StopCause cause)
    {
        Stop(cause);
        _now.Cancel();
    }

    /// <summary>
    /// Stops every process of the run in its tracks, those in sessions of their own too, until <see cref="Thaw"/>. Again and again is
    /// harmless. A stop lets them go on to end them. Nothing tells a later life that the run is frozen: one that adopts it thaws it.
    /// </summary>
    /// <returns>All that stand still now; none if the run is ending already, or on Windows, which has no such signal.</returns>
    public IReadOnlyList<RunProcess> Freeze()
    {
        lock (_freezing)
        {
            if (_isEnding || OperatingSystem.IsWindows()) return [];
            return [.. _processes.Freeze(_processes.Look).Where(process => !_processes.IsWrapper(process)).Select(Describe)];
        }

        static RunProcess Describe(ProcessEntry process) => new(process.Id.Pid, process.Name, process.Tag);
    }

    /// <summary>Lets every process of the run go on that was stopped, by whomever. While the run is ending that is done anyway.</summary>
    public void Thaw()
    {
        lock (_freezing)
        {
            if (!_isEnding) _processes.Thaw();
        }
    }

    /// <summary>What the run uses now, by one look at the processes of this machine. After the end only the CPU time is left.</summary>
    public TreeUsage Sample() => Completion.IsCompleted ? _meter.AfterTheEnd() : _meter.Sample();

    /// <param name="wrapperEnded">Completes with the wrapper's own status, or <see langword="null"/> if that says nothing.</param>
    /// <param name="pleaseStop">See <see cref="Stop"/>.</param>
    /// <param name="now">See <see cref="StopNow"/>.</param>
    private async Task<ProcessExit> SuperviseAsync(Task<int?> wrapperEnded, CancellationToken pleaseStop, CancellationToken now)
    {
        await using var pleaseStopRegistration = pleaseStop.UnsafeRegister(_ => Stop(ByToken), null);
        await using var nowRegistration = now.UnsafeRegister(_ => StopNow(ByToken), null);

        // 4.
        await Task.WhenAny(wrapperEnded, _stopAsked.Task);

        // 5.
        var stopped = !wrapperEnded.IsCompleted;
        lock (_freezing) _isEnding = true;
        if (stopped) await UntilCommandBeganAsync(wrapperEnded);
        var report = await _ending.EndAsync(interrupt: stopped, Record.Grace, _now.Token);

        // 6.
        if (report.Remaining.All(process => process.Pid != Record.Pid)) await wrapperEnded;
        return new ProcessExit
        {
            ExitCode = Folder.ReadExitCode() ?? (wrapperEnded.IsCompleted ? await wrapperEnded : null),
            StoppedBy = stopped ? _cause : null,
            Ended = report.Ended,
            Remaining = report.Remaining,
            EndingTook = report.Took,
        };
    }

    /// <summary>
    /// An interrupt that comes before the wrapper has set its traps would kill it without a trace, or, before it leads its group, reach
    /// nobody. The command's second output file is opened after both.
    /// </summary>
    private async Task UntilCommandBeganAsync(Task wrapperEnded)
    {
        using var graceOver = new CancellationTokenSource(Record.Grace, _time);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(graceOver.Token, _now.Token);
        await Poll.UntilAsync(() => wrapperEnded.IsCompleted || File.Exists(Folder.StandardError), TimeSpan.FromMilliseconds(5), giveUp.Token);
    }

    /// <summary>The wrapper ends as its command did if it cannot write the status (a full disk). Above 127 it was itself killed.</summary>
    private static async Task<int?> ExitOfAsync(Process wrapper)
    {
        using var _ = wrapper;
        await wrapper.WaitForExitAsync(CancellationToken.None);
        return wrapper.ExitCode is >= 0 and < 128 and var code ? code : null;
    }

    /// <summary>Nobody but the parent is told of an end, and only the parent gets the status; we look.</summary>
    private static async Task<int?> GoneAsync(ProcessIdentity wrapper)
    {
        await Poll.UntilAsync(() => ProcessTable.Current.Find(wrapper.Pid)?.Id != wrapper, AdoptedInterval, CancellationToken.None);
        return null;
    }
}
