using System.Text.Json;
using DurableAgentTasks.Core.Plans;

namespace DurableAgentTasks.Core.Requests;

/// <summary>Reads a plan: phases in order, each of steps in order. It has no dependencies, so it cannot be cyclic.</summary>
internal sealed class PlanReader(TaskRequestRules rules, string? agent)
{
    public const string OrderAdvice =
        "phases and steps run in the order they are listed, so put what is needed first before what needs it and leave this out";

    private static readonly FieldNames PlanNames = new(
        ["phases"],
        (["steps", "tasks"], "put steps into a phase: {\"phases\": [{\"title\": \"…\", \"steps\": […]}]}"));

    private static readonly FieldNames PhaseNames = new(
        ["id", "title", "steps"],
        (["dependsOn", "dependencies", "depends", "needs", "after", "requires"], OrderAdvice),
        (["name", "description"], "call it \"title\""),
        (["tasks"], "call it \"steps\""),
        (["timeout"], "phases share one limit, \"timeouts\": {\"phase\": …} of the request"));

    private readonly StepReader _steps = new(rules, agent);

    public Plan? Read(JsonField field)
    {
        if (field.Object(PlanNames) is not { } plan) return null;
        var phases = plan["phases"].Required("a plan has at least one phase, {\"title\": \"…\", \"steps\": […]}.");
        var read = phases.Items("an array of phases", rules.Limits.Phases).Select(ReadPhase).ToList();
        if (IsEmptyArray(phases)) phases.Fail("is empty: a plan has at least one phase, {\"title\": \"…\", \"steps\": […]}.");
        return new(read);
    }

    private Phase ReadPhase(JsonField field, int index)
    {
        var number = index + 1;
        if (field.Object(PhaseNames) is not { } phase) return new(number, "", []);
        if (phase["id"].Integer(1, rules.Limits.Phases) is { } id && id != number)
        {
            phase["id"].Fail($"must be {number}: phases are numbered in the order they are listed. Leave it out to have it set.");
        }

        var title = phase["title"].Required("say what the phase is for.").Text(rules.Limits.Title);
        var steps = phase["steps"].Required("a phase has at least one step.");
        var read = steps
            .Items("an array of steps", rules.Limits.Steps)
            .Select((step, at) => _steps.Read(step, $"{number}.{at + 1}"))
            .ToList();
        if (IsEmptyArray(steps)) steps.Fail("is empty: a phase has at least one step; remove the phase if there is nothing to do.");
        return new(number, title ?? "", read);
    }

    private static bool IsEmptyArray(JsonField field) =>
        field.Value.ValueKind == JsonValueKind.Array && field.Value.GetArrayLength() == 0;
}
