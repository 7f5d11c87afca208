using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Recovery;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Logs;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Workspaces;

/// <summary>
/// Runs <c>workspace.setup</c> once on each host that the work tree comes to: ignored files, such as installed packages, do not travel.
/// It is an attempt like those of steps, in the task's log under the id <c>setup</c>; its attempts are counted over all hosts, so that
/// its output is never taken for that of another host.
/// </summary>
public sealed class TreeSetup(TaskWorkspaces workspaces, IBlobStore blobs, StorageRetry retry)
{
    private const int TailLines = 20;
    private const int LongestTail = 2_000;

    /// <param name="record">The task.</param>
    /// <param name="tree">Its tree.</param>
    /// <param name="runAsync">Runs the attempt of that number.</param>
    /// <param name="cancellationToken">The host stops.</param>
    /// <returns><see langword="null"/> if steps can run; else the outcome of the step that waited for it.</returns>
    internal async Task<StepOutcome?> RunAsync(
        TaskRecord record, ArrivedTree.Here tree, Func<int, Task<StepOutcome>> runAsync, CancellationToken cancellationToken)
    {
        if (tree.Holder.IsReady || record.Request.Workspace.Setup is null) return null;

        // The count is 1 below that of the attempt that is under way or comes next.
        var outcome = await runAsync(tree.Holder.Setups + 1);
        if (outcome.Ending == StepEnding.Stopped) return outcome;
        var succeeded = outcome.Ending == StepEnding.Succeeded;
        await retry.RunAsync(
            token => workspaces.NoteAsync(record.Id, now => now with { Setups = now.Setups + 1, IsReady = succeeded }, token), cancellationToken);
        return succeeded ? null : await FailedAsync(record.Id, outcome, cancellationToken);
    }

    private async Task<StepOutcome> FailedAsync(TaskId task, StepOutcome outcome, CancellationToken cancellationToken)
    {
        var tail = await new TaskLogReader(blobs, task).ReadTailAsync(TailLines, stream: null, cancellationToken);
        var printed = string.Join('\n', tail.Lines.Where(line => line.StepId == Plan.SetupStepId && line.Stream != LogStream.System).Select(line => line.Text));
        var message = $"The setup of the work tree failed: {outcome.Message}{(printed.Length == 0 ? "" : $" It printed last:\n{Shorten(printed)}")}";
        var kind = outcome.Failure?.Class ?? FailureClass.Command;
        return new StepOutcome(StepEnding.NotStarted, outcome.ExitCode, message) { Failure = new StepFailure(kind, message, ResetsAt: null) };
    }

    private static string Shorten(string text) => text.Length <= LongestTail ? text : $"…{text[^LongestTail..]}";
}
