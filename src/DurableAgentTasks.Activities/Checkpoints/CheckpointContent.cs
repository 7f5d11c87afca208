using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Progress;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;
using DurableAgentTasks.Workspaces.Snapshots;

namespace DurableAgentTasks.Activities.Checkpoints;

/// <summary>What a checkpoint says of where a task stood, read from its record.</summary>
internal static class CheckpointContent
{
    private const int MostLeftOut = 1_000;

    /// <param name="input">What is asked for.</param>
    /// <param name="record">Where the task stands.</param>
    /// <param name="beat">What the runner of its step last said.</param>
    /// <param name="agent">Its agent; <see langword="null"/> if it has none here.</param>
    /// <param name="snapshot">Its work tree.</param>
    /// <param name="isRescued">See <see cref="Checkpoint.IsRescued"/>.</param>
    public static Checkpoint Of(TakeCheckpoint input, TaskRecord record, TaskHeartbeat? beat, ConfiguredAgent? agent, Snapshot snapshot, bool isRescued)
    {
        var over = OverSteps(record).ToHashSet();
        var next = record.Plan?.Phases.FirstOrDefault(phase => phase.Steps.Any(step => !over.Contains(step.Id)));
        return new Checkpoint
        {
            Id = input.Id,
            TaskId = record.Id,
            Number = snapshot.Number,
            Type = input.Type,
            At = input.At,
            Description = input.Description,
            Reason = input.Reason,
            IsRescued = isRescued,
            Plan = record.Plan,
            PhaseId = next?.Id ?? record.Plan?.Phases[^1].Id,
            CompletedSteps = [.. (record.Plan?.Steps ?? []).Select(step => step.Id).Where(over.Contains)],
            PendingSteps = [.. (record.Plan?.Steps ?? []).Select(step => step.Id).Where(id => !over.Contains(id))],
            Variables = record.Steps.ToDictionary(run => $"attempts.{run.Id}", run => $"{run.Attempts}"),
            Sessions = SessionsOf(record, beat),
            Todo = PlanProgress.Of(record) is { } plan ? TodoText.Of(plan) : null,
            Environment = EnvironmentOf(record.Request, agent),
            Files = snapshot.Files,
            FilesModified = snapshot.FilesChanged,
            LinesChanged = snapshot.LinesChanged,
            LeftOut = Cut(snapshot.LeftOut),
            Nested = snapshot.Nested,
            Commit = snapshot.Commit,
            Tree = snapshot.Tree,
            Ref = snapshot.Ref,
            Head = snapshot.Head,
            Duration = snapshot.Duration,
        };
    }

    /// <summary>The steps that are over for good.</summary>
    public static IEnumerable<string> OverSteps(TaskRecord record) =>
        record.Steps.Where(run => run.Status is WorkStatus.Completed or WorkStatus.Skipped).Select(run => run.Id);

    /// <summary>
    /// The agent's session of each step that has one. Elsewhere it may not be found: that it has worked is not claimed, so that the agent
    /// then begins anew.
    /// </summary>
    public static IReadOnlyDictionary<string, AgentSession> SessionsOf(TaskRecord record, TaskHeartbeat? beat)
    {
        // What a running attempt works in is in the record only when it has ended.
        var runs = record.Steps.ToDictionary(run => run.Id);
        var ids = runs.Values.Where(run => run.SessionId is not null).ToDictionary(run => run.Id, run => run.SessionId!);
        if (beat is { SessionId: { } session } && runs.GetValueOrDefault(beat.StepId) is { Status: WorkStatus.InProgress }) ids[beat.StepId] = session;
        return ids.ToDictionary(pair => pair.Key, pair => new AgentSession(pair.Value, runs[pair.Key].Usage));
    }

    /// <summary>Why a checkpoint does not hold all of the tree, or does not list all it holds; <see langword="null"/> if it does.</summary>
    public static string? Missing(Checkpoint checkpoint)
    {
        var problems = string.Join(' ', new[] { NotHeld(checkpoint.LeftOut), NotListed(checkpoint) }.OfType<string>());
        return problems.Length == 0 ? null : problems;
    }

    private static string? NotHeld(IReadOnlyList<LeftOutFile> leftOut)
    {
        if (leftOut.Count == 0) return null;
        var first = string.Join(", ", leftOut.Take(3).Select(file => $"{file.Path} ({file.Reason})"));
        return leftOut.Count <= 3 ? $"It does not hold {first}." : $"It does not hold {leftOut.Count:N0} files{(leftOut.Count == MostLeftOut ? " or more" : "")}, such as {first}.";
    }

    /// <summary>Where the operator wants none listed, that is no news.</summary>
    private static string? NotListed(Checkpoint checkpoint) =>
        checkpoint.Files.Count > 0 && checkpoint.Files.Count < checkpoint.FilesModified
            ? $"It lists {checkpoint.Files.Count:N0} of the {checkpoint.FilesModified:N0} files that have changed; it holds all of them but what is said to be left out."
            : null;

    /// <summary>The last one tells of those that are too many.</summary>
    private static IReadOnlyList<LeftOutFile> Cut(IReadOnlyList<LeftOutFile> leftOut)
    {
        if (leftOut.Count <= MostLeftOut) return leftOut;
        var last = leftOut[MostLeftOut - 1];
        return [.. leftOut.Take(MostLeftOut - 1), last with { Reason = $"{last.Reason} {leftOut.Count - MostLeftOut:N0} more files are left out." }];
    }

    /// <summary>The operator's values may be secrets, so only those of the request are there.</summary>
    private static Dictionary<string, string?> EnvironmentOf(TaskRequest request, ConfiguredAgent? agent)
    {
        var variables = request.Environment.ToDictionary(pair => pair.Key, pair => (string?)pair.Value);
        foreach (var name in request.Secrets.Concat(agent?.Environment.Keys ?? [])) variables[name] = null;
        return variables;
    }
}
