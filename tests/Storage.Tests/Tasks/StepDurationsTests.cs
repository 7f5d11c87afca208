using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Core.Plans;
using DurableAgentTasks.Storage.Blobs;
using DurableAgentTasks.Storage.Tasks;

namespace DurableAgentTasks.Storage.Tests.Tasks;

public sealed class StepDurationsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FileBlobStore _blobs;
    private readonly StepDurations _durations;

    public StepDurationsTests()
    {
        _blobs = new FileBlobStore(_folder.Path, TimeProvider.System);
        _durations = new StepDurations(_blobs);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_steps_took_is_known_to_the_next_life_of_the_host()
    {
        Assert.Empty(await _durations.ReadAsync("claude", Cancellation));
        await _durations.AddAsync("claude", [(StepKind.Agent, TimeSpan.FromSeconds(40)), (StepKind.Agent, TimeSpan.FromSeconds(10))], Cancellation);
        await _durations.AddAsync("claude", [(StepKind.Agent, TimeSpan.FromSeconds(20))], Cancellation);

        var pace = Assert.Single(await new StepDurations(_blobs).ReadAsync("claude", Cancellation));
        Assert.Equal((StepKind.Agent, 3), (pace.Kind, pace.Durations.Count));
        Assert.Equal(20, Math.Exp(pace.Durations.MeanLog), 6);
    }

    [Fact]
    public async Task Of_two_hosts_at_once_neither_forgets_what_the_other_adds()
    {
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => new StepDurations(_blobs).AddAsync(
            "shell", [(StepKind.Shell, TimeSpan.FromSeconds(1))], Cancellation))));
        Assert.Equal(3, Assert.Single(await _durations.ReadAsync("shell", Cancellation)).Durations.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"agents":[{"agent":"shell","kinds":null}]}""")]
    public async Task A_damaged_blob_is_begun_anew(string content)
    {
        using (var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content)))
            Assert.NotNull(await _blobs.TryWriteAsync("durations.json", stream, BlobCondition.None, Cancellation));
        Assert.Empty(await _durations.ReadAsync("shell", Cancellation));
        await _durations.AddAsync("shell", [(StepKind.Shell, TimeSpan.FromSeconds(1))], Cancellation);
        Assert.Single(await _durations.ReadAsync("shell", Cancellation));
    }

    [Fact]
    public async Task Adding_nothing_writes_nothing()
    {
        await _durations.AddAsync("shell", [], Cancellation);
        Assert.Null(await _blobs.GetPropertiesAsync("durations.json", Cancellation));
    }
}
