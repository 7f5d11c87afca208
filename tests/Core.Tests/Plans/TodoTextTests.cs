using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Core.Progress;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Core.Tests.Plans;

public sealed class TodoTextTests
{
    [Fact]
    public void A_plan_is_a_list_to_tick_off()
    {
        var plan = new Plan(
        [
            new Phase(1, "Build", [Step("1.1", "compile"), Step("1.2", "lint\n\tall of it")]),
            new Phase(2, "Ship", [Step("2.1", "pack"), Step("2.2", "send")]),
        ]);
        var task = TaskRecord.Created(
            TaskId.Parse("t"), new TaskRequest { Agent = "shell", Workspace = new WorkspaceRequest { Path = "/" }, Plan = plan }, DateTimeOffset.UnixEpoch) with
        {
            Steps = [Run("1.1", WorkStatus.Completed), Run("1.2", WorkStatus.Skipped), Run("2.1", WorkStatus.InProgress)],
        };

        Assert.Equal(
            """
            # To do

            ## 1. Build

            - [x] 1.1 compile
            - [x] 1.2 lint all of it (skipped)

            ## 2. Ship

            - [ ] 2.1 pack (in progress)
            - [ ] 2.2 send

            """.ReplaceLineEndings("\n"),
            TodoText.Of(PlanProgress.Of(task)!));
    }

    private static Step Step(string id, string title) => new() { Id = id, Title = title, Kind = StepKind.Shell, Command = "true" };

    private static StepRun Run(string id, WorkStatus status) => new() { Id = id, Status = status };
}
