using DurableAgentTasks.Core.Progress;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Http.Streaming;

/// <summary>The event <c>state</c>: where a task stands, on connecting and at each transition.</summary>
public sealed record StateEvent(TaskId Id, TaskState State, string? Detail);

/// <summary>The event <c>progress</c>: how far it is.</summary>
public sealed record ProgressEvent(TaskId Id, ProgressReport Progress);

/// <summary>The event <c>resource</c>: what the step that runs uses.</summary>
/// <param name="Id">Whose step.</param>
/// <param name="StepId">Which one.</param>
/// <param name="At">When its runner looked.</param>
/// <param name="Resources">Of its process tree.</param>
public sealed record ResourceEvent(TaskId Id, string StepId, DateTimeOffset At, ProcessResources Resources);

/// <summary>The event <c>checkpoint</c>: one was taken.</summary>
/// <param name="Id">Of which task.</param>
/// <param name="Checkpoint">Where it is found.</param>
/// <param name="Description">What it was taken for.</param>
/// <param name="Reason">Why, if somebody said.</param>
public sealed record CheckpointEvent(TaskId Id, CheckpointReference Checkpoint, string Description, string? Reason);

/// <summary>The event <c>alert</c>: a warning, such as of a limit that is near.</summary>
/// <param name="Id">Of which task.</param>
/// <param name="At">When.</param>
/// <param name="Code">For programs, such as <c>task_timeout_near</c>.</param>
/// <param name="Message">For people.</param>
public sealed record AlertEvent(TaskId Id, DateTimeOffset At, string Code, string? Message);

/// <summary>The event <c>gap</c>: what was asked for is not in the log.</summary>
/// <param name="Id">Whose log.</param>
/// <param name="After">The line to go on after.</param>
/// <param name="Next">The line it goes on with, or the next one to come.</param>
public sealed record GapEvent(TaskId Id, long After, long Next);

/// <summary>The event <c>end</c>: the task has ended, and nothing more comes.</summary>
public sealed record EndEvent(TaskId Id, TaskState State, TaskResult? Result, TaskError? Error);
