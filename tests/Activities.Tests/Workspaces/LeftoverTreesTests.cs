using DurableAgentTasks.Activities.Tests.Hosting;
using DurableAgentTasks.Activities.Workspaces;
using DurableAgentTasks.Contracts.Blobs;
using Microsoft.Extensions.DependencyInjection;

namespace DurableAgentTasks.Activities.Tests.Workspaces;

public sealed class LeftoverTreesTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TaskFixture _task = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Tree => _task.Workspaces.ScratchOf(_task.Id);

    private string Runs => Path.Combine(_task.Data, "runs", _task.Id.Value);

    public async ValueTask DisposeAsync()
    {
        await _task.DisposeAsync();
        _folder.Dispose();
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task What_a_host_has_of_a_task_that_was_deleted_on_another_is_removed()
    {
        await RunAsync();
        await _task.Store.DeleteAsync(_task.Id, Cancellation);
        await RemoveAsync();
        Assert.Equal((false, false), (Directory.Exists(Tree), Directory.Exists(Runs)));
    }

    [Fact(Timeout = TaskFixture.Patience)]
    public async Task What_it_has_of_a_task_that_is_there_stays()
    {
        await RunAsync();
        await RemoveAsync();
        Assert.Equal((true, true), (Directory.Exists(Tree), Directory.Exists(Runs)));
    }

    private async Task RunAsync()
    {
        File.WriteAllText(Path.Combine(_folder.Path, "a"), "one");
        UserRepository.Init(_folder.Path);
        await _task.PrepareAsync(TaskFixture.BodyOf(new { path = _folder.Path, isolation = "worktree" }, "cat a"));
        await _task.RunAsync();
        Directory.CreateDirectory(Runs);
    }

    private Task RemoveAsync() => _task.Services.GetRequiredService<LeftoverTrees>().RemoveAsync(Cancellation);
}
