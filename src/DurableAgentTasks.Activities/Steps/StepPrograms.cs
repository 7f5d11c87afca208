using DurableAgentTasks.Activities.Planning;
using DurableAgentTasks.Activities.Secrets;
using DurableAgentTasks.Activities.Steps.Agents;
using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Agents.Discovery;
using DurableAgentTasks.Agents.Planning;
using DurableAgentTasks.Agents.Processes;
using DurableAgentTasks.Agents.Profiles;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Recovery;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Workflow.Activities;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>Makes of a step of the plan what this host runs for it.</summary>
public sealed class StepPrograms(
    AgentCatalog agents, AgentDiscovery discovery, SecretValues secrets, PlanTexts plans, StepRuns runs, TimeProvider time)
{
    /// <param name="record">The task.</param>
    /// <param name="input">Its attempt.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="trace">Which it goes on with.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    internal async Task<StepWork> OfAsync(TaskRecord record, RunStep input, string folder, StepTrace trace, CancellationToken cancellationToken)
    {
        var resolved = secrets.Resolve(record.Request.Secrets);
        if (resolved.Missing.Count > 0) return Refused(string.Join(" ", resolved.Missing));
        var mask = resolved.ToMask();
        var environment = StepEnvironment.Of(record, input.StepId, resolved.Values, trace);
        if (CommandOf(record, input) is { } command) return new StepWork.Ready(new ShellProgram(command, folder, TagOf, environment), mask);

        if (agents.Find(record.Request.Agent) is not { } agent)
            return Refused($"Agent '{record.Request.Agent}' is not configured on this host: set Agents:Profiles:{record.Request.Agent}.");
        var work = new AgentWork
        {
            Agent = agent,
            Prompt = "",
            ContinuePrompt = "",
            Session = input.Session,
            WorkingDirectory = folder,
            Environment = environment,
            TagOf = TagOf,
            Masked = mask.ApplyToExcerpt,
        };
        work = input.StepId == TaskOutline.PlanStepId
            ? await PlanningAsync(work, record, input, cancellationToken)
            : Executing(work, record, input);
        return new StepWork.Ready(new AgentProgram(work, discovery, time), mask);

        RunTag TagOf(StepRunFolder life) => RunTag.Create(runs.DataFolder, record.Id, life.Name);
    }

    private static AgentWork Executing(AgentWork work, TaskRecord record, RunStep input)
    {
        var step = StepOf(record, input);
        var prompt = StepPrompt.Of(record, step);

        // A session the request names is continued by the first step of an agent; it has not heard of the step yet.
        var isFirst = record.Plan!.Steps.First(other => other.Kind != StepKind.Shell).Id == step.Id;
        var given = work.Session is null && isFirst && record.Request.SessionId is { } id ? new AgentSession(id, Reported: null) { HasWorked = true } : null;
        return work with
        {
            Prompt = prompt,
            ContinuePrompt = StepPrompt.Continue(prompt),
            Session = work.Session ?? given,
            PromptIsNew = given is not null,
        };
    }

    /// <summary>A second attempt to plan goes on in the session of the first, and is told what was wrong.</summary>
    private async Task<AgentWork> PlanningAsync(AgentWork work, TaskRecord record, RunStep input, CancellationToken cancellationToken)
    {
        var errors = input.Attempt > 1 ? await plans.ErrorsOfAsync(record, input.Attempt - 1, cancellationToken) : [];
        var prompt = PlanningPrompt.For(record.Request.Prompt!);
        var again = errors.Count > 0 && work.Session is not null;
        return work with
        {
            Prompt = again ? PlanningPrompt.Again(errors) : prompt,
            ContinuePrompt = StepPrompt.Continue(prompt),
            PromptIsNew = again,
            Keep = (text, token) => plans.KeepAsync(record.Id, input.Attempt, text, token),
        };
    }

    private static string? CommandOf(TaskRecord record, RunStep input) => input.StepId switch
    {
        Plan.SetupStepId => record.Request.Workspace.Setup,
        TaskOutline.PlanStepId => null,
        _ => StepOf(record, input) is { Kind: StepKind.Shell, Command: { } command } ? command : null,
    };

    private static Step StepOf(TaskRecord record, RunStep input) => record.Plan!.Steps.Single(step => step.Id == input.StepId);

    private static StepWork.Refused Refused(string message) => new(StepOutcomes.NotStarted(FailureClass.Rejected, message));
}
