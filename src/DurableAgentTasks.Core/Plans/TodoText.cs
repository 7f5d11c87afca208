using System.Text;
using DurableAgentTasks.Core.Json;
using DurableAgentTasks.Core.Progress;

namespace DurableAgentTasks.Core.Plans;

/// <summary>A plan as <c>todo.md</c>: a list to tick off.</summary>
public static class TodoText
{
    public static string Of(PlanProgress plan)
    {
        var text = new StringBuilder("# To do\n");
        foreach (var phase in plan.Phases)
        {
            text.Append('\n').Append("## ").Append(phase.Id).Append(". ").Append(OneLine(phase.Title)).Append("\n\n");
            foreach (var step in phase.Steps)
            {
                text.Append(step.IsDone ? "- [x] " : "- [ ] ").Append(step.Id).Append(' ').Append(OneLine(step.Title));
                if (step.Status is not (WorkStatus.Completed or WorkStatus.Pending)) text.Append(" (").Append(WireName.Of(step.Status).Replace('_', ' ')).Append(')');
                text.Append('\n');
            }
        }

        return text.ToString();
    }

    private static string OneLine(string title) => string.Join(' ', title.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
