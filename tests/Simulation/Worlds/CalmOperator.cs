using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Simulation.Scheduling;
using DurableAgentTasks.Workflow.RunTask;

namespace DurableAgentTasks.Simulation.Worlds;

/// <summary>
/// The operator who sees to it that the task comes to its end once the world is calm: resumes what is paused, answers what waits for an
/// answer, revives what has failed, now and then.
/// </summary>
/// <param name="world">The world.</param>
/// <param name="trouble">Lets things go wrong again.</param>
internal sealed class CalmOperator(World world, Action trouble)
{
    private const int MostRounds = 2_000;
    private static readonly TimeSpan Round = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Watch = TimeSpan.FromHours(2);
    private readonly Dice _dice = world.Dice.Fork();
    private int _rounds;
    private int _revivals;

    public void Begin()
    {
        _rounds = 0;
        world.Trace?.Add("= all is calm from here on");
        world.IsCalm = true;
        world.Queue.RivalGoes();
        world.Machine.CalmDown();
        Look();
    }

    private void Look()
    {
        if (++_rounds > MostRounds) world.Fail($"The task does not come to its end: it is {world.Store.Record?.State} ({world.Store.Record?.Detail}) for ever.");
        else if (world.Host.Client is not { } client) world.Time.After(Round, Look);
        else if (client.GetAsync(World.TaskId, payloads: true, default).Result is { } instance) See(instance);
        else StartAgain();
    }

    /// <summary>A start that was never acknowledged is made again.</summary>
    private void StartAgain()
    {
        world.Host.StartTask();
        world.Time.After(Round, Look);
    }

    private void See(OrchestrationInstance instance)
    {
        if (instance.HasEnded)
        {
            world.Rules.HasEnded(instance);
            if (!MayRevive(instance))
            {
                // Nothing may happen any more.
                world.Time.After(Watch, () => world.IsOver = true);
                return;
            }

            Revive();
            if (_dice.Chance(0.5))
            {
                world.IsCalm = false;
                trouble();
                return;
            }
        }
        else if (instance.Status == RuntimeStatus.Suspended)
        {
            world.Operators.NativelyResume();
        }
        else if (world.Store.Record is { State: TaskState.Paused, Detail: "approval" })
        {
            world.Operators.Raise(_dice.Chance(0.7) ? OperatorEvents.Approve : OperatorEvents.Reject, world.Operators.Said());
        }
        else if (world.Store.Record is { State: TaskState.Paused })
        {
            world.Operators.Raise(OperatorEvents.Resume, world.Operators.Said());
        }

        world.Time.After(Round, Look);
    }

    private bool MayRevive(OrchestrationInstance instance) =>
        world.Store.Record is { } record && !TaskLifecycle.IsTerminal(record.State) && _revivals++ < 3 && _dice.Chance(instance.Status == RuntimeStatus.Failed ? 0.6 : 0.3);

    private void Revive()
    {
        var by = (string)world.Operators.Said()["by"]!;
        world.Operators.Note(OperatorEvents.Resume, by).AcceptedAt = world.Time.Elapsed;
        world.Coverage.Count("operator: revive");
        world.Trace?.Add($"> revive by {by}");
        world.Operators.Revivers.Add(by);
        world.Store.Fence++; // Whoever revives it sees that nothing is left over, and that no call that is left begins anything.
        world.Machine.CutOff();
        var last = _dice.Chance(0.3) ? world.Checkpoints.LastId : null;
        var input = System.Text.Json.JsonSerializer.Serialize(new Revival(by, "again", last), TaskJson.Options);
        world.Host.StartTask(input);
    }
}
