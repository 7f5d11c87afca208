using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Engine;
using DurableAgentTasks.Workflow;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Simulation.Worlds;

/// <summary>The activities of <c>RunTask</c> as one life of the host carries them out in the simulated world.</summary>
internal sealed class SimulatedActivities(World world, HostLife life)
{
    private readonly SimulatedRunner _runner = new(world, life);
    private readonly UnreliableCalls _calls = new(world, life);

    public void AddTo(DurableRegistry registry)
    {
        Add(registry, TaskActivities.Prepare, Prepare);
        Add(registry, TaskActivities.Record, Record, mayComeLate: true);
        Add(registry, TaskActivities.AcceptPlan, world.Task.Accept);
        Add(registry, TaskActivities.JoinQueue, _ => world.Queue.Join());
        Add(registry, TaskActivities.LeaveQueue, Leave);
        Add(registry, TaskActivities.StopStep, world.Machine.Stop, mayComeLate: true);
        Add(registry, TaskActivities.FreezeStep, world.Machine.Freeze);
        Add(registry, TaskActivities.ReadPulse, _ => Pulse());
        Add(registry, TaskActivities.ReadSuspensions, Suspensions);
        Add(registry, TaskActivities.CleanUp, _ => true);
        Add(registry, TaskActivities.TakeCheckpoint, world.Checkpoints.Take);
        Add(registry, TaskActivities.RestoreCheckpoint, Restore);
        Add(registry, TaskActivities.Deliver, _ => Deliver());
        Add(registry, TaskActivities.Revive, Revive);
        registry.AddActivity(TaskActivities.RunStep, _calls.Of(TaskActivities.RunStep.Name, (RunStep call, CancellationToken token) => _runner.RunAsync(call, token), mayComeLate: true));
    }

    private void Add<TInput, TOutput>(DurableRegistry registry, Activity<TInput, TOutput> activity, Func<TInput, TOutput> body, bool mayComeLate = false) =>
        registry.AddActivity(activity, _calls.Of(activity.Name, (TInput input, CancellationToken _) => Task.FromResult(body(input)), mayComeLate));

    private PreparedTask Prepare(PrepareTask input)
    {
        if (world.Task.IsInvalid) return new PreparedTask(null, [new RequestError("$", "is not valid.")]);
        var wasBegun = world.Store.Record is { AppliedThrough: > 0 };
        world.Store.Create(TaskRecord.Created(TaskId.Parse(input.TaskId), world.Task.Request, input.CreatedAt, world.Task.GivenPlan));
        return new PreparedTask(world.Task.Outline, []) { WasBegun = wasBegun };
    }

    private RecordedTimeline Record(RecordTimeline input)
    {
        world.Store.Write(input.Entries);
        foreach (var entry in input.Entries.Where(entry => TimelineSteps.EndedStep(entry) is not null))
            world.Machine.Remove(TimelineSteps.EndedStep(entry)!, entry.Data!.Value.GetProperty("attempt").GetInt32());
        return new RecordedTimeline(world.Store.Record!.StartedAt, Forecast: null);
    }

    private bool Leave(LeaveQueue input)
    {
        world.Queue.Leave();
        return true;
    }

    private StepPulse Pulse()
    {
        TimeSpan? quiet = world.Dice.Chance(0.5) ? world.Dice.Between(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(12)) : null;
        return new StepPulse(world.Time.Now - quiet, TimeSpan.FromMinutes(5), world.Dice.Chance(0.1) ? [world.Dice.Chance(0.3) ? "disk 96 % (critical)" : "cpu 83 %"] : []) { PausesInDanger = world.Dice.Chance(0.5) };
    }

    private IReadOnlyList<Suspension> Suspensions(ReadSuspensions input) =>
        Suspension.In(life.Engine.Client.GetHistoryAsync(input.TaskId, default).Result, input.After, input.Until);

    private RestoredCheckpoint Restore(RestoreCheckpoint input)
    {
        world.Rules.Restores();
        return world.Checkpoints.Restore(input);
    }

    private Delivered Deliver() =>
        world.MayGoWrong(0.2) ? new Delivered(null, "The branch could not be pushed.") : new Delivered("It is on the branch agent-tasks/task.", null);

    private RevivedTask Revive(ReviveTask input)
    {
        world.WasTerminated = world.HasBroken = false;
        world.Rules.Revived();
        var record = world.Store.Revive(input.At);
        string[] Those(WorkStatus status) => [.. record.Steps.Where(step => step.Status == status).Select(step => step.Id)];
        return new RevivedTask(
            world.Task.OutlineOf(record.Plan), record.State, record.AppliedThrough + 1, Those(WorkStatus.Completed), Those(WorkStatus.Skipped),
            record.Steps.ToDictionary(step => step.Id, step => step.Attempts), world.Machine.Sessions, world.Checkpoints.LastId)
        {
            Epoch = record.Epoch,
            Fence = world.Store.Fence,
            TreeIsLost = world.MayGoWrong(0.1) && world.Checkpoints.LastId is not null,
        };
    }
}
