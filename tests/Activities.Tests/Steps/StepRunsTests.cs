using DurableAgentTasks.Activities.Steps;
using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Core.Tasks;

namespace DurableAgentTasks.Activities.Tests.Steps;

public sealed class StepRunsTests : IDisposable
{
    private static readonly TaskId Task = TaskId.Parse("task-1");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("1.1")]
    [InlineData("1")]
    [InlineData("build")]
    public void Only_the_folders_of_the_step_itself_are_removed(string removed)
    {
        string[] steps = ["1", "1.1", "1.1.9", "1.10", "11.1", "build", "build.1", "build-1", "rebuild"];
        var runs = new StepRuns(_folder.Path);
        foreach (var step in steps)
        {
            foreach (var (attempt, life) in new[] { (1, 1), (1, 2), (10, 1) }) Directory.CreateDirectory(runs.Open(Task, step, attempt, life).Folder.Path);
        }

        runs.Remove(Task, removed);
        Assert.Equal(steps.Where(step => step != removed), steps.Where(step => runs.Open(Task, step, 1, 2).Exists));
        Assert.Equal(steps.Where(step => step != removed), steps.Where(step => runs.Open(Task, step, 10, 1).Exists));
    }

    [Fact]
    public void Removing_what_is_not_there_is_no_error()
    {
        var runs = new StepRuns(_folder.Path);
        runs.Remove(Task, "1.1");
        runs.Remove(Task);
    }

    [Fact]
    public void A_task_is_removed_with_all_its_runs_and_no_other()
    {
        var runs = new StepRuns(_folder.Path);
        Directory.CreateDirectory(runs.Open(Task, "1.1", 1, 1).Folder.Path);
        Directory.CreateDirectory(runs.Open(TaskId.Parse("task-11"), "1.1", 1, 1).Folder.Path);
        runs.Remove(Task);
        Assert.Empty(runs.LivesOf(Task, "1.1", 1));
        Assert.Single(runs.LivesOf(TaskId.Parse("task-11"), "1.1", 1));
    }
}
