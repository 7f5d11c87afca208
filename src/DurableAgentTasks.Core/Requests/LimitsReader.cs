using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Core.Timeouts;

namespace DurableAgentTasks.Core.Requests;

/// <summary>Reads what a task may take: time and resources.</summary>
internal static class LimitsReader
{
    private static readonly FieldNames TimeoutNames = new(
        ["task", "phase", "idle", "agentStep"],
        (["shell", "file", "browser", "search", "step", "steps"], "each step of the plan has its own \"timeout\""),
        (["total", "overall", "max"], "call it \"task\""),
        (["agent"], "call it \"agentStep\""));

    private static readonly FieldNames BudgetNames = new(
        ["cpuTime", "memoryBytes", "processes", "diskBytes", "tokens", "costUsd"],
        (["memory", "memoryMb"], "write \"memoryBytes\" as a number of bytes"),
        (["disk", "diskMb"], "write \"diskBytes\" as a number of bytes"),
        (["cpu", "cpuSeconds"], "write \"cpuTime\" as an ISO 8601 duration, such as \"PT2H\""),
        (["cost", "usd", "maxCost"], "write \"costUsd\" as a number of dollars"));

    private static readonly TimeoutRule CpuTime = new(@default: null, TimeoutRule.Longest);

    public static TimeoutRequest? ReadTimeouts(JsonField field, TimeoutOptions options)
    {
        if (field.Object(TimeoutNames) is not { } timeouts) return null;
        return new()
        {
            Task = ReadLimit(timeouts["task"], options.Task, "a task"),
            Phase = ReadLimit(timeouts["phase"], options.Phase, "a phase"),
            Idle = ReadLimit(timeouts["idle"], options.Idle, "idling"),
            AgentStep = ReadLimit(timeouts["agentStep"], options.AgentStep, "a step of kind agent"),
        };
    }

    public static ResourceBudgets? ReadBudgets(JsonField field)
    {
        if (field.Object(BudgetNames) is not { } budgets) return null;
        return new()
        {
            CpuTime = budgets["cpuTime"].Duration(CpuTime, "the processes of a task"),
            MemoryBytes = budgets["memoryBytes"].Integer(1, long.MaxValue),
            Processes = budgets["processes"].Integer(1, 1_000_000),
            DiskBytes = budgets["diskBytes"].Integer(1, long.MaxValue),
            Tokens = budgets["tokens"].Integer(1, long.MaxValue),
            CostUsd = budgets["costUsd"].Amount(1_000_000),
        };
    }

    private static TimeoutLimit? ReadLimit(JsonField field, TimeoutRule rule, string what)
    {
        if (!field.IsNull) return field.Duration(rule, what) is { } duration ? new(duration) : null;
        if (rule.Allows(null)) return new(Duration: null);
        field.Fail($"must not be null: {what} may take {rule.AllowedRange}.");
        return null;
    }
}
