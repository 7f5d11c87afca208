using DurableAgentTasks.EndToEnd.Hosting;
using DurableAgentTasks.Storage.Blobs;

namespace DurableAgentTasks.EndToEnd.Startup;

public sealed class DamagedTaskTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dat-e2e-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact(Timeout = 120_000)]
    public async Task A_start_that_cannot_be_read_keeps_the_host_from_nothing()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var data = Path.Combine(_folder.FullName, "data");
        var blobs = new FileBlobStore(Path.Combine(data, "blobs"), TimeProvider.System);
        await blobs.TryWriteAsync("starting/bad", Stream.Null, BlobCondition.None, cancellation);
        await blobs.TryWriteAsync("tasks/bad/start.json", new MemoryStream("{ no json"u8.ToArray()), BlobCondition.None, cancellation);

        await using var host = await LocalHostProcess.StartAsync(data, cancellation);
        Assert.Contains("make up for the start of task bad", host.Output, StringComparison.Ordinal);
        await TaskApi.StartAsync(host.Http, ShellTask.Of("good", _folder.FullName, "exit 0"), cancellation);
        Assert.Equal("completed", TaskApi.State(await TaskApi.UntilEndedAsync(host.Http, "good", cancellation)));
    }
}
