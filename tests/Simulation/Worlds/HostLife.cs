using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Engine;
using DurableAgentTasks.Simulation.Disk;
using DurableAgentTasks.Simulation.Scheduling;
using DurableAgentTasks.Workflow.RunTask;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableAgentTasks.Simulation.Worlds;

/// <summary>One life of the host, from the opening of its data folder to its end.</summary>
internal sealed class HostLife
{
    private readonly World _world;
    private readonly HostClock _clock;
    private readonly List<(TaskCompletionSource Source, Alarm Alarm)> _waiting = [];

    public HostLife(World world, int number, SimulatedDisk disk)
    {
        (_world, Number, Disk) = (world, number, disk);
        Threads = new HostThreads(world.Dice.Fork());
        _clock = new HostClock(world.Time);
        var registry = new DurableRegistry().AddOrchestration(
            RunTaskOrchestration.Name,
            context => RunTaskOrchestration.RunAsync(new WatchedContext(world.Mistake is { } mistake ? new Sabotage(context, mistake) : context, world)));
        new SimulatedActivities(world, this).AddTo(registry);
        var options = new EngineOptions { Directory = "engine", StopGrace = TimeSpan.Zero, SegmentBytes = world.Task.SegmentBytes };
        DurableEngine? engine = null;
        Threads.Run(() => engine = DurableEngine.OpenOn(options, registry, _clock, NullLoggerFactory.Instance, disk, Threads));
        Engine = engine!;

        // Nobody waits for it; and what it does at its end is done by no thread of ours.
        _ = Engine.ContinueAsync(default);
    }

    public int Number { get; }

    public SimulatedDisk Disk { get; }

    public HostThreads Threads { get; }

    public DurableEngine Engine { get; }

    public bool IsDead => Threads.IsDead;

    /// <summary>Whether nobody leads the task any more.</summary>
    public bool IsTerminated => Engine.Client.GetAsync(World.TaskId, payloads: false, default).Result is { Status: RuntimeStatus.Terminated };

    /// <summary>Completes when so much time has passed, or something has changed.</summary>
    public Task WaitAsync(TimeSpan longest)
    {
        var source = new TaskCompletionSource();
        _waiting.Add((source, _world.Time.After(longest, () => source.TrySetResult())));
        return source.Task;
    }

    public async Task DelayAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        for (var until = _world.Time.Elapsed + time; _world.Time.Elapsed < until;)
        {
            await WaitAsync(until - _world.Time.Elapsed);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Something has changed: those who wait look at it.</summary>
    public void WakeAll()
    {
        var waiting = _waiting.ToArray();
        _waiting.Clear();
        foreach (var (source, alarm) in waiting)
        {
            alarm.Cancel();
            source.TrySetResult();
        }
    }

    /// <summary>At once, in the middle of whatever it does.</summary>
    public void Die()
    {
        Threads.Die();
        _clock.Die();
        Disk.Die();
        foreach (var (_, alarm) in _waiting) alarm.Cancel();
        _waiting.Clear();
    }

    /// <summary>Asks it to stop, as SIGTERM does.</summary>
    public Task StopAsync()
    {
        var stopped = Task.CompletedTask;
        Threads.Run(() => stopped = Engine.DisposeAsync().AsTask());
        WakeAll();
        return stopped;
    }
}
