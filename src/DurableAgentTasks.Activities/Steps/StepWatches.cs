using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Storage.Tasks;
using DurableAgentTasks.Workflow.Activities;
using Microsoft.Extensions.Logging;

namespace DurableAgentTasks.Activities.Steps;

/// <summary>Watches over the programs of steps while they run.</summary>
public sealed class StepWatches(TaskStore store, TimeProvider time, ILogger<StepWatches> logger)
{
    internal StepWatch For(TaskRecord record, RunStep input) => new(record, input, store, time, logger);
}
