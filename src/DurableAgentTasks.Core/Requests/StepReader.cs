using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Core.Timeouts;

namespace DurableAgentTasks.Core.Requests;

/// <summary>Reads the steps of one plan: their ids are unique over all of it, and so is their number bounded.</summary>
internal sealed class StepReader(TaskRequestRules rules, string? agent)
{
    private static readonly FieldNames StepNames = new(
        ["id", "title", "kind", "prompt", "command", "timeout", "critical", "risky", "milestone", "approval", "retry"],
        (["dependsOn", "dependencies", "depends", "needs", "after", "requires"], PlanReader.OrderAdvice),
        (["name", "description"], "call it \"title\""),
        (["type"], "call it \"kind\""),
        (["run", "script", "cmd", "shell", "exec"], "call it \"command\""),
        (["timeoutSeconds", "timeoutMs", "timeoutMinutes", "maxDuration"], "write \"timeout\" as an ISO 8601 duration, such as \"PT10M\""),
        (["retries", "maxRetries", "maxAttempts"], "write \"retry\": {\"maxAttempts\": 2}"),
        (["continueOnError", "allowFailure", "optional", "ignoreErrors"], "write \"critical\": false"),
        (["env", "environment"], "the environment is the request's own \"environment\", the same for all steps"),
        (["cwd", "dir", "workingDirectory"], "steps run in the workspace; begin the command with \"cd folder &&\""),
        (["agent", "profile"], "one agent carries out all steps, the request's own \"agent\""),
        (["checkpoint"], "write \"risky\": true for a checkpoint before the step, \"milestone\": true for one after it"));

    private static readonly FieldNames ApprovalNames = new(["timeout", "default"]);

    private static readonly FieldNames RetryNames = new(
        ["maxAttempts", "onExitCodes"],
        (["attempts", "max", "maxRetries", "count"], "call it \"maxAttempts\", which counts the first attempt too"),
        (["exitCodes", "codes"], "call it \"onExitCodes\""));

    private static readonly TimeoutRule AnyTime = new(@default: null, TimeoutRule.Longest);

    // File names and addresses are made of them, and not every file system tells a from A.
    private readonly Dictionary<string, string> _pathOfId = new(StringComparer.OrdinalIgnoreCase);
    private int _count;

    public Step Read(JsonField field, string defaultId)
    {
        if (++_count == rules.Limits.Steps + 1) field.Fail($"is one step too many: a plan has at most {rules.Limits.Steps:N0}.");
        if (field.Object(StepNames) is not { } step) return new() { Id = defaultId, Title = "", Kind = StepKind.Shell };

        var kind = step["kind"].Required($"write one of {WireName.List<StepKind>()}.").OneOf<StepKind>();
        var title = step["title"].Required("say what the step does.").Text(rules.Limits.Title);
        var command = step["command"].Command(rules.Limits.CommandBytes);
        var prompt = step["prompt"].Text(rules.Limits.Prompt);
        if (kind is not null) CheckWork(step, kind.Value);
        return new()
        {
            Id = ReadId(field, step["id"], defaultId),
            Title = title ?? "",
            Kind = kind ?? StepKind.Shell,
            Command = command,
            Prompt = prompt,
            Timeout = step["timeout"].Duration(RuleFor(kind), kind is null ? "a step" : $"a step of kind {WireName.Of(kind.Value)}"),
            Critical = step["critical"].Flag() ?? true,
            Risky = step["risky"].Flag() ?? false,
            Milestone = step["milestone"].Flag() ?? false,
            Approval = ReadApproval(step["approval"]),
            Retry = ReadRetry(step["retry"]),
        };
    }

    private void CheckWork(JsonFields step, StepKind kind)
    {
        if (kind == StepKind.Shell)
        {
            step["command"].Required("a step of kind shell says what to run.");
            step["prompt"].Unwanted("is not for a step of kind shell: leave it out, or write \"kind\": \"agent\".");
            return;
        }

        if (agent == TaskRequest.ShellAgent)
        {
            step["kind"].Fail(
                "must be shell: the agent \"shell\" runs commands only. "
                + "Write \"kind\": \"shell\" with a command, or choose another agent.");
        }

        step["prompt"].Required($"a step of kind {WireName.Of(kind)} says what the agent is to do.");
        step["command"].Unwanted($"is not for a step of kind {WireName.Of(kind)}: leave it out, or write \"kind\": \"shell\".");
    }

    private string ReadId(JsonField step, JsonField field, string defaultId)
    {
        var given = field.Name(Names.IsId, $"the id of a step is {Names.IdRule}");
        if (given is null && !field.IsAbsent) return defaultId;
        if (ReservedFor(given) is { } reserved)
        {
            field.Fail($"must not be \"{reserved}: choose another id, or leave it out to have one made up.");
            return defaultId;
        }

        var id = given ?? defaultId;
        if (_pathOfId.TryAdd(id, step.Path)) return id;
        var whose = given is null ? "the id it gets by its place" : "an id";
        field.Fail($"{Shown.Text(id)}, {whose}, is also that of {_pathOfId[id]}: ids are unique over the plan, capital letters or not.");
        return id;
    }

    private static string? ReservedFor(string? id) =>
        string.Equals(id, Plan.PlanningStepId, StringComparison.OrdinalIgnoreCase) ? $"{Plan.PlanningStepId}\", which is the step that makes a plan"
        : string.Equals(id, Plan.SetupStepId, StringComparison.OrdinalIgnoreCase) ? $"{Plan.SetupStepId}\", which is what workspace.setup runs as"
        : null;

    // Only the request's and the operator's limit of agent steps can be "none"; a step's own is a duration.
    private TimeoutRule RuleFor(StepKind? kind) =>
        kind is { } known && rules.Timeouts.ForStep(known) is { Max: not null } bounded ? bounded : AnyTime;

    private static StepApproval? ReadApproval(JsonField field)
    {
        if (field.Object(ApprovalNames) is not { } approval) return null;
        var timeout = approval["timeout"]
            .Required("say how long the step waits for an operator, such as \"PT1H\".")
            .Duration(AnyTime, "an approval");
        return new(timeout ?? default, approval["default"].OneOf<ApprovalDefault>() ?? ApprovalDefault.Reject);
    }

    private static StepRetry? ReadRetry(JsonField field)
    {
        if (field.Object(RetryNames) is not { } retry) return null;
        var attempts = retry["maxAttempts"].Required("say how many attempts there are in all, 1 to 4.").Integer(1, 4);
        var codes = retry["onExitCodes"].Items("an array of exit codes", 256).Select(code => code.Integer(0, 255) ?? 0);
        return new(attempts ?? 1, [.. codes.Distinct()]);
    }
}
