using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Activities.Tasks;

/// <summary>What only the host can tell of a request. A wish that this version does not carry out is refused, never dropped.</summary>
public static class TaskChecks
{
    public static IEnumerable<RequestError> Workspace(TaskRequest request)
    {
        if (request.Workspace.Path is not { } path) yield break;
        if (File.Exists(path)) yield return new RequestError("workspace.path", "is a file; give the folder the task is to work in.");
        else if (!Directory.Exists(path)) yield return new RequestError("workspace.path", "is not there on this host; create the folder or mend the path.");
    }

    public static IEnumerable<RequestError> Supported(TaskRequest request)
    {
        if (request.Workspace.Repository is not null) yield return NotYet("workspace.repository", "clone it yourself and give \"path\"");
        if (request.Workspace.Isolation == WorkspaceIsolation.Worktree) yield return NotYet("workspace.isolation", "make a worktree yourself and give its path with \"inPlace\"");
        if (request.Secrets.Count > 0) yield return NotYet("secrets", "leave it out");
        if (request.Budgets is not null) yield return NotYet("budgets", "leave it out");
        if (request.Webhooks.Count > 0) yield return NotYet("webhooks", "leave it out");
        if (request.Deliver is not null) yield return NotYet("deliver", "leave it out");
        if (request.CheckpointId is not null) yield return NotYet("checkpointId", "leave it out");
        if (request.SessionId is not null) yield return NotYet("sessionId", "leave it out");
        if (request.Timeouts?.Phase?.Duration is not null) yield return NotYet("timeouts.phase", "leave it out, or write null");
        foreach (var step in request.Plan?.Steps ?? [])
        {
            if (step.Kind != StepKind.Shell) yield return NotYet($"plan: step {step.Id}: kind", "only \"shell\" steps are run");
            if (step.Approval is not null) yield return NotYet($"plan: step {step.Id}: approval", "leave it out");
            if (step.Risky) yield return NotYet($"plan: step {step.Id}: risky", "leave it out");
            if (step.Milestone) yield return NotYet($"plan: step {step.Id}: milestone", "leave it out");
        }
    }

    private static RequestError NotYet(string path, string instead) => new(path, $"is not carried out by this version: {instead}.");
}
