using DurableAgentTasks.Activities.Planning;
using DurableAgentTasks.Activities.Queue;
using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Activities.Tasks;
using DurableAgentTasks.Engine;
using DurableAgentTasks.Workflow.Activities;
using DurableAgentTasks.Workflow.RunTask;

namespace DurableAgentTasks.Local;

/// <summary>What the engine runs here. The bodies are resolved when they are first called: by then the data folder is ours.</summary>
internal static class TaskActivityRegistry
{
    public static DurableRegistry Create(IServiceProvider services) => new DurableRegistry()
        .AddOrchestration(RunTaskOrchestration.Name, RunTaskOrchestration.RunAsync)
        .AddActivity(TaskActivities.Prepare, (input, token) => services.GetRequiredService<TaskPreparation>().PrepareAsync(input, token))
        .AddActivity(TaskActivities.Record, (input, token) => services.GetRequiredService<TimelineRecording>().RecordAsync(input, token))
        .AddActivity(TaskActivities.RunStep, (input, token) => services.GetRequiredService<StepRunner>().RunAsync(input, token))
        .AddActivity(TaskActivities.AcceptPlan, (input, token) => services.GetRequiredService<PlanAcceptance>().AcceptAsync(input, token))
        .AddActivity(TaskActivities.StopStep, (input, token) => services.GetRequiredService<RunningSteps>().StopAsync(input, token))
        .AddActivity(TaskActivities.FreezeStep, (input, token) => services.GetRequiredService<RunningSteps>().FreezeAsync(input, token))
        .AddActivity(TaskActivities.ReadPulse, (input, token) => services.GetRequiredService<StepPulses>().ReadAsync(input, token))
        .AddActivity(TaskActivities.JoinQueue, (input, token) => services.GetRequiredService<TaskTurns>().JoinAsync(input, token))
        .AddActivity(TaskActivities.LeaveQueue, (input, token) => services.GetRequiredService<TaskTurns>().LeaveAsync(input, token));
}
