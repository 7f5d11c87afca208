using DurableAgentTasks.Core.Tasks;
using DurableAgentTasks.Http.Management;

namespace DurableAgentTasks.Http.Tests.Management;

public sealed class HistoryEventViewTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_Durable_Functions_records_is_told_as_its_extension_tells_it()
    {
        HistoryEntry[] recorded =
        [
            new(Now, "OrchestratorStarted", null, null, null),
            new(Now, "ExecutionStarted", "RunTask", null, "{}"),
            new(Now, "TaskScheduled", "PrepareTask", 0, null),
            new(Now, "OrchestratorCompleted", null, null, null),
            new(Now.AddSeconds(2), "OrchestratorStarted", null, null, null),
            new(Now.AddSeconds(1), "TaskCompleted", null, 0, "{}"),
            new(Now.AddSeconds(2), "ExecutionCompleted", null, null, "{}"),
            new(Now.AddSeconds(2), "OrchestratorCompleted", null, null, null),
        ];
        var instance = new OrchestrationInstance { InstanceId = "a", Name = "RunTask", Status = RuntimeStatus.Completed, CreatedAt = Now, LastUpdatedAt = Now };
        var told = HistoryEventView.Of(recorded, instance, payloads: false);
        Assert.Equal(
            [("ExecutionStarted", "RunTask", null), ("TaskCompleted", "PrepareTask", Now), ("ExecutionCompleted", null, null)],
            told.Select(item => (item.EventType, item.FunctionName, item.ScheduledTime)));
    }
}
