using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Engine.Journal;
using DurableAgentTasks.Simulation.Disk;
using DurableAgentTasks.Simulation.Scheduling;
using DurableAgentTasks.Workflow.RunTask;

namespace DurableAgentTasks.Simulation.Worlds;

/// <summary>The host: it dies in the middle of anything, and is started again.</summary>
internal sealed class SimulatedHost(World world)
{
    private readonly Dice _dice = world.Dice.Fork();
    private string _input = "{}";
    private SimulatedDisk _disk = new();
    private HostLife? _life;

    /// <summary>The number of the present or last life, from 1.</summary>
    public int Life { get; private set; }

    /// <summary><see langword="null"/> while it is down.</summary>
    public ITaskClient? Client => _life?.Engine.Client;

    public HostThreads? Threads => _life?.Threads;

    public void Start()
    {
        Life++;
        world.Trace?.Add($"= host starts, life {Life}");
        try
        {
            _life = new HostLife(world, Life, _disk);
        }
        catch (JournalDamagedException error)
        {
            world.Fail($"The journal does not open after a crash: {error.Message}");
            return;
        }

        if (!world.MayGoWrong(world.Task.CrashRate)) return;
        var fate = _dice.Pick(Enum.GetValues<WriteFate>());
        _disk.DieAfter(_dice.Next(_dice.Pick(5, 30, 200)), fate, () =>
        {
            world.Coverage.Count($"crash: write {fate}".ToLowerInvariant());
            Crash();
        });
    }

    /// <summary>The host dies, and perhaps the machine with it; it comes again after a while.</summary>
    public void Crash()
    {
        if (_life is not { } life) return;
        var machine = _dice.Chance(0.3);
        world.Coverage.Count(machine ? "crash: machine" : "crash: host");
        world.Trace?.Add($"= {(machine ? "machine" : "host")} crashes");
        life.Die();
        _life = null;
        if (machine) world.Machine.CutOff(StepBehaviour.Crashed);
        _disk = _disk.Survivor();
        StartAgain();
    }

    /// <summary>The host is asked to stop, does so in order, and comes again.</summary>
    public void Stop()
    {
        if (_life is not { } life) return;
        world.Coverage.Count("crash: none, stopped in order");
        world.Trace?.Add("= host stops");
        world.Machine.CutOff();
        var stopped = life.StopAsync();
        world.Time.After(TimeSpan.FromSeconds(1), () =>
        {
            if (life.IsDead) return; // It crashed meanwhile.
            if (!stopped.IsCompletedSuccessfully) world.Fail($"The engine does not stop: {stopped.Exception?.InnerException?.Message ?? "it still waits"}");
            life.Die();
            _life = null;
            _disk = _disk.Survivor();
            StartAgain();
        });
    }

    public void WakeAll() => _life?.WakeAll();

    /// <summary>Starts the task, in the place of an instance that has ended.</summary>
    /// <param name="input">Of the orchestration; as at the last call if it is not given.</param>
    public void StartTask(string? input = null)
    {
        _input = input ?? _input;
        Send(async client =>
        {
            await client.PurgeAsync(World.TaskId, default);
            await client.StartAsync(RunTaskOrchestration.Name, World.TaskId, _input, default);
            return OperationOutcome.Accepted;
        }, _ => { });
    }

    /// <summary>Sends something to the engine, if it is up.</summary>
    /// <param name="call">What.</param>
    /// <param name="answered">Called with the answer, unless the host dies before.</param>
    public void Send(Func<ITaskClient, Task<OperationOutcome>> call, Action<OperationOutcome> answered)
    {
        if (_life is { } life) life.Threads.Run(() => _ = SendAsync(life.Engine.Client));

        async Task SendAsync(ITaskClient client)
        {
            try
            {
                answered(await call(client));
            }
            catch (Exception error) when (error is EngineUnavailableException or ObjectDisposedException)
            {
                // It stops just now.
            }
        }
    }

    private void StartAgain()
    {
        var down = _dice.Between(TimeSpan.FromMilliseconds(100), _dice.Chance(0.1) ? TimeSpan.FromHours(3) : TimeSpan.FromMinutes(1));
        world.Disturbances.Add(down);
        world.Time.After(down, Start);
    }
}
