using DurableAgentTasks.Simulation.Scheduling;
using DurableAgentTasks.Simulation.Worlds;

namespace DurableAgentTasks.Simulation.Runs;

/// <summary>
/// One simulation, all of which comes from its seed.
/// <list type="number">
/// <item>The task is started, and things begin to go wrong: the host crashes, others take its slot, clocks jump, operators press everything.</item>
/// <item>Whatever is ready to be done is done, in an order by chance; when nothing is, time passes to the next alarm.</item>
/// <item>Then all is calm, and the task must come to its end. The rules are kept an eye on all along, and asked of the whole at the end.</item>
/// </list>
/// </summary>
internal sealed class SeededRun
{
    private const int ShownHistory = 12;
    private const int MostEvents = 60_000;
    private readonly World _world;
    private readonly Dice _dice;
    private readonly CalmOperator _calm;
    private int _presses;

    private SeededRun(int seed, Coverage coverage, List<string>? trace, Mistake? mistake)
    {
        _world = new World(seed, coverage, trace) { Mistake = mistake };
        _dice = _world.Dice.Fork();
        _calm = new CalmOperator(_world, TroubleAgain);
    }

    /// <param name="seed">Which one.</param>
    /// <param name="coverage">Counts what happens.</param>
    /// <param name="trace">Takes what happens, for people; <see langword="null"/> if nobody asks.</param>
    /// <param name="mistake">What the orchestration does wrong, to see that it is found.</param>
    /// <returns>The rule that was broken; <see langword="null"/> if all were kept.</returns>
    public static string? Run(int seed, Coverage coverage, List<string>? trace = null, Mistake? mistake = null)
    {
        var run = new SeededRun(seed, coverage, trace, mistake);
        try
        {
            run.Run();
        }
#pragma warning disable CA1031 // Whatever it is, it is what this seed comes to.
        catch (Exception error)
#pragma warning restore CA1031
        {
            run._world.Fail($"{error}");
        }

        if (run._world is { Violation: not null, Trace: { } } world) TellHistory(world);
        return run._world.Violation;
    }

    private static void TellHistory(World world)
    {
        if (world.Host.Client is not { } client) return;
        foreach (var entry in client.GetHistoryAsync(World.TaskId, default).Result.TakeLast(ShownHistory))
            world.Trace!.Add($"  history {entry.Time:HH:mm:ss.fff} {entry.Type} {entry.Name} {entry.Number} {(entry.Payload is { Length: > 80 } text ? text[..80] : entry.Payload)}");
    }

    private void Run()
    {
        // 1.
        _world.Host.Start();
        _world.Host.StartTask();
        TroubleAgain();

        // 2.
        for (var events = 0; _world is { IsOver: false, Violation: null }; events++)
        {
            _world.Turn++;
            if (events > MostEvents) _world.Fail($"It goes round and round without that time passes much: {_world.Time.Elapsed}.");
            if (_world.Host.Threads is { HasWork: true } threads)
            {
                if (_world.Time.UntilNext < TimeSpan.FromSeconds(1) && _dice.Chance(0.03)) _world.Time.Pass();
                else threads.RunOne();
            }
            else
            {
                _world.Suspended.Look();
                if (!_world.Time.Pass()) _world.Fail("Nothing will ever happen again.");
            }
        }

        // 3.
        if (_world.Violation is null) _world.Rules.AtTheEnd();
    }

    private void Trouble()
    {
        if (_world.Host.Client is { } client)
        {
            var instance = client.GetAsync(World.TaskId, payloads: false, default).Result;
            if (instance is null) _world.Host.StartTask();
            if (_presses <= 0 || instance is { HasEnded: true })
            {
                _calm.Begin();
                return;
            }

            _presses--;
            One();
        }

        _world.Time.After(_dice.Between(TimeSpan.FromSeconds(1), _world.Task.PressEvery * 2), Trouble);
    }

    private void TroubleAgain()
    {
        _presses = _world.Task.Presses;
        _world.Time.After(_dice.Between(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)), Trouble);
    }

    private void One()
    {
        switch (_dice.Next(20))
        {
            case 0: Rival(); break;
            case 1: Leap(); break;
            case 2: SetClock(); break;
            case 3 when _dice.Chance(_world.Task.CrashRate): _world.Host.Crash(); break;
            case 4 when _dice.Chance(_world.Task.CrashRate): _world.Host.Stop(); break;
            default: _world.Operators.Press(); break;
        }
    }

    private void Rival()
    {
        if (!_world.Queue.RivalComes()) return;
        _world.Coverage.Count("queue: another task has the slot");
        _world.Trace?.Add("> another task takes the slot");
        _world.Time.After(_dice.Between(TimeSpan.FromSeconds(1), TimeSpan.FromHours(2)), () =>
        {
            if (_world.Queue.RivalGoes() && _dice.Chance(0.7)) _world.Operators.Raise(Workflow.Activities.TaskActivities.Turn, null);
        });
    }

    private void Leap()
    {
        var by = _dice.Between(TimeSpan.FromSeconds(1), TimeSpan.FromHours(6));
        _world.Coverage.Count("clock: the machine sleeps");
        _world.Trace?.Add($"> the machine sleeps for {by}");
        _world.Disturbances.Add(by);
        _world.Time.Leap(by);
    }

    private void SetClock()
    {
        if (!_dice.Chance(0.3)) return;
        var by = _dice.Between(TimeSpan.FromSeconds(1), TimeSpan.FromHours(2)) * (_dice.Chance(0.5) ? 1 : -1);
        _world.Coverage.Count(by > TimeSpan.Zero ? "clock: set forward" : "clock: set back");
        _world.Trace?.Add($"> the clock is set by {by}");
        _world.ClockWasSet = true;
        _world.Time.SetClock(by);
    }
}
