using DurableAgentTasks.Agents.Watching;
using DurableAgentTasks.Core.Requests;
using DurableAgentTasks.Core.Resources;
using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Core.Timeouts;
using DurableAgentTasks.Storage.Tasks;
using DurableAgentTasks.Workflow.Activities;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>Watches over the programs of steps while they run.</summary>
public sealed class StepWatches(TaskAdmission admission, TaskStore store, ResourceAlerts alerts, TimeProvider time, ILogger<StepWatches> logger)
{
    /// <param name="record">The task.</param>
    /// <param name="input">Its attempt.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="awaitsFirstEvent">Whether the program is to give a sign of life soon.</param>
    /// <param name="stop">Ends the call, and what it watches.</param>
    internal async Task<StepWatch> OfAsync(TaskRecord record, RunStep input, string folder, bool awaitsFirstEvent, StepStop stop)
    {
        var options = admission.Rules.Timeouts;
        var timeouts = new EffectiveTimeouts(options, record.Request.Timeouts);
        var budgets = record.Request.Budgets ?? new ResourceBudgets();
        var last = await store.ReadHeartbeatAsync(record.Id, stop.Host);
        var limits = new WatchLimits
        {
            StartUp = awaitsFirstEvent ? options.AgentStart.Default : null,
            Idle = timeouts.Idle,
            IdleWarning = options.IdleWarning < (timeouts.Idle ?? TimeSpan.MaxValue) ? options.IdleWarning : null,
            CpuTime = budgets.CpuTime * (1 + input.BudgetsGranted),
            MemoryBytes = budgets.MemoryBytes,
            Processes = budgets.Processes,
            DiskBytes = budgets.DiskBytes,
        };
        return new StepWatch(
            folder, input, limits, new SpendingLimit(record.Request.Budgets, input.BudgetsGranted, record.Usage),
            new HeartbeatWriter(record.Id, store, logger, stop.Lost), last, alerts, time);
    }
}
