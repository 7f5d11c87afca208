using DurableAgentTasks.Activities.Secrets;
using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Activities.Tasks;

/// <summary>What only the host can tell of a request. A wish that this version does not carry out is refused, never dropped.</summary>
public sealed class TaskChecks(AgentCatalog agents, SecretValues secrets)
{
    public IEnumerable<RequestError> Of(TaskRequest request) => [.. Workspace(request), .. Agent(request), .. secrets.Missing(request.Secrets), .. Supported(request)];

    private static IEnumerable<RequestError> Workspace(TaskRequest request)
    {
        if (request.Workspace.Path is not { } path) yield break;
        if (File.Exists(path)) yield return new RequestError("workspace.path", "is a file; give the folder the task is to work in.");
        else if (!Directory.Exists(path)) yield return new RequestError("workspace.path", "is not there on this host; create the folder or mend the path.");
    }

    private IEnumerable<RequestError> Agent(TaskRequest request)
    {
        if (request.SessionId is null) yield break;
        if (agents.Find(request.Agent)?.Profile.ResumeArguments is null)
            yield return new RequestError("sessionId", $"agent \"{request.Agent}\" cannot continue a session: leave it out.");
        else if (request.Plan is { } plan && plan.Steps.All(step => step.Kind == StepKind.Shell))
            yield return new RequestError("sessionId", "no step of the plan is an agent's: leave it out, or add one.");
    }

    private static IEnumerable<RequestError> Supported(TaskRequest request)
    {
        if (request.Workspace.Repository is not null) yield return NotYet("workspace.repository", "clone it yourself and give \"path\"");
        if (request.Workspace.Isolation == WorkspaceIsolation.Worktree) yield return NotYet("workspace.isolation", "make a worktree yourself and give its path with \"inPlace\"");
        if (request.Webhooks.Count > 0) yield return NotYet("webhooks", "leave it out");
        if (request.Deliver is not null) yield return NotYet("deliver", "leave it out");
        if (request.CheckpointId is not null) yield return NotYet("checkpointId", "leave it out");
        foreach (var step in request.Plan?.Steps ?? [])
        {
            if (step.Approval is not null) yield return NotYet($"plan: step {step.Id}: approval", "leave it out");
            if (step.Risky) yield return NotYet($"plan: step {step.Id}: risky", "leave it out");
            if (step.Milestone) yield return NotYet($"plan: step {step.Id}: milestone", "leave it out");
        }
    }

    private static RequestError NotYet(string path, string instead) => new(path, $"is not carried out by this version: {instead}.");
}
