using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Simulation.Worlds;

/// <summary>The checkpoints of the task, and what is restored of them.</summary>
internal sealed class SimulatedCheckpoints(World world)
{
    /// <summary>One of another task, which is never damaged.</summary>
    public const string OfAnother = "0123456789abcdef";

    private readonly List<Taken> _taken = [];
    private readonly Dictionary<string, TakenCheckpoint> _answers = [];
    private readonly Dictionary<string, RestoredCheckpoint> _restored = [];

    public IReadOnlyList<string> Ids => [.. _taken.Select(taken => taken.Reference.Id)];

    public string? LastId => _taken.LastOrDefault()?.Reference.Id;

    public TakenCheckpoint Take(TakeCheckpoint asked)
    {
        // Asked again it gives the same.
        if (_answers.TryGetValue(asked.Id.Value, out var answer)) return answer;
        var problem = world.MayGoWrong(0.05) ? "The work tree could not be read." : null;
        answer = problem is null || world.Dice.Chance(0.5)
            ? new TakenCheckpoint(Keep(asked.Id, asked.Type, asked.At), problem)
            : new TakenCheckpoint(Checkpoint: null, problem);
        return _answers[asked.Id.Value] = answer;
    }

    public RestoredCheckpoint Restore(RestoreCheckpoint asked)
    {
        if (_restored.TryGetValue(asked.SafetyId.Value, out var answer)) return answer;
        return _restored[asked.SafetyId.Value] = RestoreNew(asked);
    }

    private RestoredCheckpoint RestoreNew(RestoreCheckpoint asked)
    {
        var none = new Dictionary<string, AgentSession>();
        if (asked.CheckpointId == OfAnother)
        {
            return world.MayGoWrong(0.3)
                ? new RestoredCheckpoint(null, null, [], none, "The storage is away.")
                : new RestoredCheckpoint(new CheckpointReference(OfAnother, "phase", asked.At, "commit-0", "refs/agent-tasks/another/1"), null, [], none, null);
        }

        var index = asked.CheckpointId is { } id ? _taken.FindIndex(taken => taken.Reference.Id == id) : _taken.Count - 1;
        if (index < 0) return new RestoredCheckpoint(null, null, [], none, asked.CheckpointId is null ? "There is none." : $"There is no checkpoint {asked.CheckpointId}.");
        var damaged = world.MayGoWrong(0.1);
        if (damaged && --index < 0) return new RestoredCheckpoint(null, null, [], none, "It is damaged, and there is none before it.");
        var from = _taken[index];
        var safety = world.Dice.Chance(0.8) ? Keep(asked.SafetyId, CheckpointType.Manual, asked.At) : null;
        var again = world.Store.Record!.Steps.Where(step => !from.Completed.Contains(step.Id)).ToDictionary(step => step.Id, step => step.Attempts);
        return new RestoredCheckpoint(from.Reference, safety, from.Completed, from.Sessions, damaged ? "It was damaged: this is the one before it." : null)
        {
            Attempts = again,
        };
    }

    private CheckpointReference Keep(CheckpointId id, CheckpointType type, DateTimeOffset at)
    {
        var reference = new CheckpointReference(id.Value, WireName.Of(type), at, $"commit-{_taken.Count + 1}", $"refs/agent-tasks/task/{_taken.Count + 1}");
        var over = (world.Store.Record!.Plan?.Steps ?? []).Select(step => step.Id).Where(world.Store.IsOver);
        _taken.Add(new Taken(reference, [.. over], world.Machine.Sessions.ToDictionary()));
        return reference;
    }

    private sealed record Taken(CheckpointReference Reference, IReadOnlyList<string> Completed, IReadOnlyDictionary<string, AgentSession> Sessions);
}
