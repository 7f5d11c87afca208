using DurableAgentTasks.Core.Checkpoints;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Core.Timeouts;
using DurableAgentTasks.Http.Problems;
using DurableAgentTasks.Storage.Checkpoints;

namespace DurableAgentTasks.Http.Operating;

/// <summary>What must hold beside the state of a task, so that nobody is told "accepted" of what will not be done.</summary>
internal sealed class OperatorRules(TaskAdmission admission, CheckpointStore checkpoints)
{
    public async Task<Ruling> JudgeAsync(OperatorVerb verb, TaskRecord task, OperatorCommand command, CancellationToken cancellationToken) => verb.Event switch
    {
        OperatorEvents.Resume => await ResumeAsync(task, command, cancellationToken),
        OperatorEvents.Extend => ExtensionRules.Judge(task, new EffectiveTimeouts(admission.Rules.Timeouts, task.Request.Timeouts), command),
        OperatorEvents.Approve or OperatorEvents.Reject => ApprovalRules.Judge(verb, task, command),
        _ => Ruling.Do(command),
    };

    private async Task<Ruling> ResumeAsync(TaskRecord task, OperatorCommand command, CancellationToken cancellationToken)
    {
        if (task is { State: TaskState.Failed, AppliedThrough: 0 }) return Ruling.Refuse(Refusal.NeverBegan(task.Id, task.State));
        if (Approvals.WaitingStep(task) is { } step) return Ruling.Refuse(Refusal.ApprovalNeeded(task.Id, task.State, step.Id));
        if (command.CheckpointId is not { } checkpoint) return Ruling.Do(command);
        if (!await checkpoints.ExistsAsync(task.Id, CheckpointId.Parse(checkpoint), cancellationToken))
        {
            return Ruling.Refuse(OperatorField.CheckpointId, $"there is no such checkpoint of this task: GET /api/tasks/{task.Id}/checkpoints lists those there are.");
        }

        return task.State is TaskState.Paused or TaskState.Failed
            ? Ruling.Do(command)
            : Ruling.Refuse(Refusal.WrongState(task.Id, task.State, "brought back to a checkpoint now: pause it first"));
    }
}
