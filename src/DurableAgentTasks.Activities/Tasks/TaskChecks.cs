using DurableAgentTasks.Activities.Secrets;
using DurableAgentTasks.Activities.Workspaces;
using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workspaces;

namespace DurableAgentTasks.Activities.Tasks;

/// <summary>What only the host can tell of a request. A wish that this version does not carry out is refused, never dropped.</summary>
public sealed class TaskChecks(AgentCatalog agents, SecretValues secrets, WorkspaceOptions workspaces)
{
    private readonly WorkspaceChecks _workspaces = new(workspaces);

    public IEnumerable<RequestError> Of(TaskRequest request) =>
        [.. _workspaces.Of(request), .. Agent(request), .. secrets.Missing(request.Secrets), .. Supported(request)];

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
        if (request.Webhooks.Count > 0) yield return new RequestError("webhooks", "is not carried out by this version: leave it out.");
    }
}
