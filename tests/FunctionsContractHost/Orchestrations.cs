using DurableAgentTasks.Contracts.Durable;
using DurableAgentTasks.Functions.Durable;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace DurableAgentTasks.FunctionsContractHost;

/// <summary>The orchestrations by the names of <see cref="ContractProgram"/>.</summary>
public static class Orchestrations
{
    [Function("Echo")]
    public static Task<object?> Echo([OrchestrationTrigger] TaskOrchestrationContext context) => RunAsync(context);

    [Function("ReportFailure")]
    public static Task<object?> ReportFailure([OrchestrationTrigger] TaskOrchestrationContext context) => RunAsync(context);

    [Function("CallUnknown")]
    public static Task<object?> CallUnknown([OrchestrationTrigger] TaskOrchestrationContext context) => RunAsync(context);

    [Function("FanOut")]
    public static Task<object?> FanOut([OrchestrationTrigger] TaskOrchestrationContext context) => RunAsync(context);

    [Function("NoteThenHold")]
    public static Task<object?> NoteThenHold([OrchestrationTrigger] TaskOrchestrationContext context) => RunAsync(context);

    [Function("Timer")]
    public static Task<object?> Timer([OrchestrationTrigger] TaskOrchestrationContext context) => RunAsync(context);

    [Function("CancelTimer")]
    public static Task<object?> CancelTimer([OrchestrationTrigger] TaskOrchestrationContext context) => RunAsync(context);

    [Function("ClockAndIds")]
    public static Task<object?> ClockAndIds([OrchestrationTrigger] TaskOrchestrationContext context) => RunAsync(context);

    [Function("Collect")]
    public static Task<object?> Collect([OrchestrationTrigger] TaskOrchestrationContext context) => RunAsync(context);

    [Function("HoldThenCollect")]
    public static Task<object?> HoldThenCollect([OrchestrationTrigger] TaskOrchestrationContext context) => RunAsync(context);

    [Function("SecondWait")]
    public static Task<object?> SecondWait([OrchestrationTrigger] TaskOrchestrationContext context) => RunAsync(context);

    [Function("CollectOverGenerations")]
    public static Task<object?> CollectOverGenerations([OrchestrationTrigger] TaskOrchestrationContext context) => RunAsync(context);

    [Function("LeaveEventUnhandled")]
    public static Task<object?> LeaveEventUnhandled([OrchestrationTrigger] TaskOrchestrationContext context) => RunAsync(context);

    [Function("Status")]
    public static Task<object?> Status([OrchestrationTrigger] TaskOrchestrationContext context) => RunAsync(context);

    [Function("StatusTooLong")]
    public static Task<object?> StatusTooLong([OrchestrationTrigger] TaskOrchestrationContext context) => RunAsync(context);

    [Function("StatusOverGenerations")]
    public static Task<object?> StatusOverGenerations([OrchestrationTrigger] TaskOrchestrationContext context) => RunAsync(context);

    [Function("LeaveActivityOpen")]
    public static Task<object?> LeaveActivityOpen([OrchestrationTrigger] TaskOrchestrationContext context) => RunAsync(context);

    [Function("LeaveTimerOpen")]
    public static Task<object?> LeaveTimerOpen([OrchestrationTrigger] TaskOrchestrationContext context) => RunAsync(context);

    [Function("ContinueWithActivityOpen")]
    public static Task<object?> ContinueWithActivityOpen([OrchestrationTrigger] TaskOrchestrationContext context) => RunAsync(context);

    [Function("ContinueWithTimerOpen")]
    public static Task<object?> ContinueWithTimerOpen([OrchestrationTrigger] TaskOrchestrationContext context) => RunAsync(context);

    [Function("TellStages")]
    public static Task<object?> TellStages([OrchestrationTrigger] TaskOrchestrationContext context) => RunAsync(context);

    [Function("TellTimer")]
    public static Task<object?> TellTimer([OrchestrationTrigger] TaskOrchestrationContext context) => RunAsync(context);

    [Function("Who")]
    public static Task<object?> Who([OrchestrationTrigger] TaskOrchestrationContext context) => RunAsync(context);

    [Function("Throw")]
    public static Task<object?> Throw([OrchestrationTrigger] TaskOrchestrationContext context) => RunAsync(context);

    [Function("Log")]
    public static Task<object?> Log([OrchestrationTrigger] TaskOrchestrationContext context) => RunAsync(context);

    private static Task<object?> RunAsync(TaskOrchestrationContext context) =>
        ContractProgram.Orchestrations[context.Name](new DurableTaskContext(context));
}
