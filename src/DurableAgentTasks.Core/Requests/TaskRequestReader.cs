using System.Text.Json;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Core.Requests;

/// <summary>
/// Reads the body of <c>POST /api/tasks</c>, which is also the input of the orchestration <c>RunTask</c>: a valid request, or
/// all that is wrong with it at once. It never throws, whatever the JSON. <c>null</c> counts as not written, but for limits.
/// </summary>
public static class TaskRequestReader
{
    private static readonly FieldNames RequestNames = new(
        [
            "id", "agent", "agentId", "prompt", "plan", "workspace", "environment", "secrets", "timeouts", "budgets", "priority",
            "webhooks", "deliver", "checkpointId", "sessionId",
        ],
        (["env", "variables"], "call it \"environment\""),
        (["profile", "model"], "call it \"agent\", which names a profile of the operator's configuration"),
        (["task", "description", "instructions", "message"], "call it \"prompt\""),
        (["phases", "steps"], "put it into \"plan\": {\"phases\": [{\"title\": \"…\", \"steps\": […]}]}"),
        (["command", "cmd", "run"], "put it into a step of kind shell, in \"plan\""),
        (["path", "cwd", "dir", "workingDirectory"], "write \"workspace\": {\"path\": \"…\"}"),
        (["repo", "repository", "ref", "branch"], "write \"workspace\": {\"repository\": \"…\", \"ref\": \"…\"}"),
        (["isolation", "setup"], "it belongs into \"workspace\""),
        (["timeout"], "write \"timeouts\": {\"task\": \"PT2H\"}"),
        (["name", "taskId"], "call it \"id\""));

    public static TaskRequestReading Read(JsonElement body, TaskRequestRules rules)
    {
        var errors = new RequestErrors();
        var request = Read(new JsonField(body, JsonPath.Root, errors), rules);
        return new(errors.Any ? null : request, errors.ToList());
    }

    /// <summary>Reads a plan alone, such as an agent makes one.</summary>
    /// <param name="plan">Its JSON; paths in errors begin at it.</param>
    /// <param name="agent">Which agent is to carry it out.</param>
    /// <param name="rules">What the host allows.</param>
    public static PlanReading ReadPlan(JsonElement plan, string agent, TaskRequestRules rules)
    {
        var errors = new RequestErrors();
        var field = new JsonField(plan, JsonPath.Root, errors).Required("write {\"phases\": [{\"title\": \"…\", \"steps\": […]}]}.");
        var read = new PlanReader(rules, agent).Read(field);
        return new(errors.Any ? null : read, errors.ToList());
    }

    private static TaskRequest? Read(JsonField field, TaskRequestRules rules)
    {
        field.Required("write a JSON object with at least \"agent\", \"workspace\", and \"prompt\" or \"plan\".");
        if (field.Object(RequestNames) is not { } body) return null;
        var agent = ReadAgent(body["agent"], rules);
        var environment = EnvironmentReader.Read(body["environment"], rules.Limits);
        CheckWork(body, agent);
        return new()
        {
            Id = ReadId(body["id"]),
            Agent = agent ?? "",
            AgentId = body["agentId"].Name(Names.IsId, $"an agentId is {Names.IdRule}"),
            Prompt = body["prompt"].Text(rules.Limits.Prompt),
            Plan = new PlanReader(rules, agent).Read(body["plan"]),
            Workspace = WorkspaceReader.Read(body["workspace"], rules.Limits),
            Environment = environment,
            Secrets = EnvironmentReader.ReadSecrets(body["secrets"], environment, rules.Limits),
            Timeouts = LimitsReader.ReadTimeouts(body["timeouts"], rules.Timeouts),
            Budgets = LimitsReader.ReadBudgets(body["budgets"]),
            Priority = body["priority"].Integer(-100, 100) ?? 0,
            Webhooks = OutcomeReader.ReadWebhooks(body["webhooks"], rules.Limits),
            Deliver = OutcomeReader.ReadDelivery(body["deliver"]),
            CheckpointId = body["checkpointId"].Name(Names.IsCheckpoint, Names.CheckpointRule)?.ToLowerInvariant(),
            SessionId = body["sessionId"].Name(Names.IsSession, Names.SessionRule),
        };
    }

    private static string? ReadId(JsonField field)
    {
        if (field.String("a string") is not { } text) return null;
        if (TaskId.TryParse(text, out _)) return text;
        field.Fail($"{Shown.Text(text)} is not allowed. {Names.TaskIdRule(text)}");
        return null;
    }

    private static string? ReadAgent(JsonField field, TaskRequestRules rules)
    {
        var known = string.Join(", ", rules.Agents.Order(StringComparer.Ordinal));
        field.Required($"name the agent that does the work, one of {known}.");
        if (field.String("the name of an agent") is not { } agent) return null;
        if (rules.Agents.Contains(agent)) return agent;
        field.Fail($"{Shown.Text(agent)} is unknown: this host has {known}.{NearestName.Question(agent, rules.Agents)}");
        return null;
    }

    private static void CheckWork(JsonFields body, string? agent)
    {
        if (!body["plan"].IsAbsent) return;
        if (agent == TaskRequest.ShellAgent)
        {
            body["plan"].Fail(
                "is missing: the agent \"shell\" runs the commands of a plan and cannot make one from a prompt. "
                + "Write {\"phases\": [{\"title\": \"…\", \"steps\": […]}]}, or choose another agent.");
        }
        else if (body["prompt"].IsAbsent)
        {
            body["prompt"].Fail("is missing: say what is to be done in \"prompt\", or give a \"plan\".");
        }
    }
}
