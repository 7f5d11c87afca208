using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Progress;
using DurableAgentTasks.Core.Tasks;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace DurableAgentTasks.Cli.Output;

/// <summary>All there is to see of one task.</summary>
internal static class TaskSheet
{
    public static IRenderable Of(TaskView task)
    {
        var facts = Columns.Of("", "");
        foreach (var (name, value) in FactsOf(task))
        {
            if (value is { Length: > 0 }) facts.AddRow(new Text(name), new Text(value));
        }

        return task.Plan is { } plan ? new Rows(facts, Text.Empty, PlanOf(plan)) : facts;
    }

    private static IEnumerable<(string Name, string? Value)> FactsOf(TaskView task)
    {
        yield return ("Task", task.Id.Value);
        yield return ("State", task.Detail is { } detail ? $"{WireName.Of(task.State)} ({detail})" : WireName.Of(task.State));
        yield return ("Waits for", WaitingOf(task));
        yield return ("Agent", task.AgentId is { } owner ? $"{task.Agent} ({owner})" : task.Agent);
        yield return ("Created", $"{task.CreatedAt:u}");
        yield return ("Started", task.StartedAt is { } started ? $"{started:u}" : null);
        yield return ("Ended", task.CompletedAt is { } ended ? $"{ended:u}" : null);
        yield return ("Took", $"{TimeText.Short(task.Durations.Total)}, of which {TimeText.Short(task.Durations.Paused)} paused");
        yield return ("Progress", $"{task.Progress.Percentage} %: {task.Progress.StepsCompleted} of {task.Progress.TotalSteps} steps");
        yield return ("Remaining", TaskLifecycle.HasEnded(task.State) ? null : RemainingOf(task.Progress));
        yield return ("Deadline", DeadlineOf(task.Deadlines?.Task, task.Deadlines?.TaskLeft));
        yield return ("Phase until", DeadlineOf(task.Deadlines?.Phase, task.Deadlines?.PhaseLeft));
        yield return ("Idle at", task.Deadlines?.Idle is { } idle ? $"{idle:u}" : null);
        yield return ("Uses", task.Resources is { } uses ? $"{uses.CpuPercent:F0} % CPU, {uses.MemoryBytes / 1_048_576:N0} MiB, {uses.Processes} processes" : null);
        yield return ("Usage", task.Usage is { } usage ? $"{usage.InputTokens:N0} tokens in, {usage.OutputTokens:N0} out, {usage.CostUsd:F2} USD" : null);
        yield return ("Checkpoint", task.LastCheckpoint is { } checkpoint ? $"{checkpoint.Id} ({checkpoint.Type}, {checkpoint.At:u})" : null);
        yield return ("Result", task.Result is { } result ? $"{WireName.Of(result.Outcome)}: {result.Summary}" : null);
        yield return ("Error", task.Error?.Message);
    }

    /// <summary>What an operator is asked to approve.</summary>
    private static string? WaitingOf(TaskView task)
    {
        if (task.Plan?.Phases.SelectMany(phase => phase.Steps).FirstOrDefault(step => step.Approval?.Until is not null) is not { Approval: { Until: { } until } approval } step) return null;
        var otherwise = approval.Default == ApprovalDefault.Approve ? "runs" : "is rejected";
        return $"dat approve {task.Id}, or dat reject {task.Id}: step {step.Id} ({step.Title}) {step.Command ?? step.Prompt}\nWithout an answer by {until:u} it {otherwise}.";
    }

    private static string? DeadlineOf(DateTimeOffset? due, TimeSpan? left) =>
        left is null ? null : due is null ? $"{TimeText.Short(left.Value)} once it goes on" : $"{due:u}, in {TimeText.Short(left.Value)}";

    private static string? RemainingOf(ProgressReport progress) => progress.Remaining is not { } left ? null : string.Join(
        ' ',
        $"about {TimeText.Short(left.Likely)}, {TimeText.Short(left.Low)} to {TimeText.Short(left.High)} ({WireName.Of(progress.Confidence)} confidence).",
        progress.Reason).TrimEnd();

    private static Table PlanOf(PlanProgress plan)
    {
        var table = Columns.Of("STEP", "STATUS", "TRIES", "TITLE", "MESSAGE");
        foreach (var phase in plan.Phases)
        {
            table.AddRow(new Text($"{phase.Id}"), new Text(WireName.Of(phase.Status)), Text.Empty, new Text(phase.Title), Text.Empty);
            foreach (var step in phase.Steps)
            {
                table.AddRow(
                    new Text($"  {step.Id}"), new Text(WireName.Of(step.Status)), new Text(step.Attempts == 0 ? "" : $"{step.Attempts}"),
                    new Text($"  {step.Title}"), new Text(step.Message ?? ""));
            }
        }

        return table;
    }
}
