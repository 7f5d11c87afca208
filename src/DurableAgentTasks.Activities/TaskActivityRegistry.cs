using DurableAgentTasks.Activities.Checkpoints;
using DurableAgentTasks.Activities.Delivery;
using DurableAgentTasks.Activities.Planning;
using DurableAgentTasks.Activities.Queue;
using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Activities.Workspaces;
using DurableAgentTasks.Workflow;
using DurableAgentTasks.Workflow.Activities;
using Microsoft.Extensions.DependencyInjection;

namespace DurableAgentTasks.Activities;

/// <summary>The activities as both hosts run them, each in the trace of its task. The bodies are resolved when they are first called: by then the data folder is ours.</summary>
public static class TaskActivityRegistry
{
    public static IActivityRegistry AddTaskActivities(this IActivityRegistry registry, IServiceProvider services) => new TracedActivities(registry, services)
        .AddActivity(TaskActivities.Prepare, (input, token) => services.GetRequiredService<TaskPreparation>().PrepareAsync(input, token))
        .AddActivity(TaskActivities.Record, (input, token) => services.GetRequiredService<TimelineRecording>().RecordAsync(input, token))
        .AddActivity(TaskActivities.RunStep, (input, token) => services.GetRequiredService<StepRunner>().RunAsync(input, token))
        .AddActivity(TaskActivities.AcceptPlan, (input, token) => services.GetRequiredService<PlanAcceptance>().AcceptAsync(input, token))
        .AddActivity(TaskActivities.StopStep, (input, token) => services.GetRequiredService<RunningSteps>().StopAsync(input, token))
        .AddActivity(TaskActivities.FreezeStep, (input, token) => services.GetRequiredService<RunningSteps>().FreezeAsync(input, token))
        .AddActivity(TaskActivities.ReadPulse, (input, token) => services.GetRequiredService<StepPulses>().ReadAsync(input, token))
        .AddActivity(TaskActivities.ReadSuspensions, (input, token) => services.GetRequiredService<SuspensionReading>().ReadAsync(input, token))
        .AddActivity(TaskActivities.TakeCheckpoint, (input, token) => services.GetRequiredService<CheckpointTaking>().TakeAsync(input, token))
        .AddActivity(TaskActivities.RestoreCheckpoint, (input, token) => services.GetRequiredService<CheckpointRestoring>().RestoreAsync(input, token))
        .AddActivity(TaskActivities.Deliver, (input, token) => services.GetRequiredService<TaskDelivery>().DeliverAsync(input, token))
        .AddActivity(TaskActivities.Revive, (input, token) => services.GetRequiredService<TaskRevival>().ReviveAsync(input, token))
        .AddActivity(TaskActivities.CleanUp, (input, token) => services.GetRequiredService<WorkspaceCleanUp>().CleanUpAsync(input, token))
        .AddActivity(TaskActivities.JoinQueue, (input, token) => services.GetRequiredService<TaskTurns>().JoinAsync(input, token))
        .AddActivity(TaskActivities.LeaveQueue, (input, token) => services.GetRequiredService<TaskTurns>().LeaveAsync(input, token));
}
