using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Storage.Blobs;

namespace DurableAgentTasks.Storage.Tests.Blobs;

public sealed class AzureBlobStoreTests(Azurite azurite) : BlobStoreContract, IClassFixture<Azurite>
{
    private readonly LostAnswers _lost = new();
    private readonly string _container = $"c{Guid.NewGuid():N}";
    private AzureBlobStore? _store;

    protected override IBlobStore Store
    {
        get
        {
            lock (_lost) return _store ??= Open();
        }
    }

    [Fact]
    public async Task A_write_that_succeeded_is_not_refused_because_its_answer_was_lost()
    {
        _lost.Next = 1;
        var etag = await WriteAsync("blob", "1", BlobCondition.Absent);
        Assert.NotNull(etag);
        _lost.Next = 1;
        Assert.NotNull(await WriteAsync("blob", "2", BlobCondition.Unchanged(etag)));
        Assert.Equal("2", await ReadAsync("blob"));
        Assert.Equal(0, _lost.Next);
    }

    [Fact]
    public async Task An_append_whose_answer_was_lost_counts_once()
    {
        _lost.Next = 2; // The creation's and the append's.
        Assert.Equal(3, await AppendAsync("log", "abc", 0, BlobDurability.Process));
        _lost.Next = 1;
        Assert.Equal(5, await AppendAsync("log", "de", null, BlobDurability.Process));
        _lost.Next = 1;
        Assert.Null(await AppendAsync("log", "xy", 3, BlobDurability.Process));
        Assert.Equal("abcde", await ReadAsync("log"));
    }

    private AzureBlobStore Open()
    {
        var options = new BlobClientOptions { Retry = { Delay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(1) } };
        options.AddPolicy(_lost, HttpPipelinePosition.PerRetry);
        return new AzureBlobStore(new BlobContainerClient(azurite.Connection, _container, options));
    }

    /// <summary>The server has answered, and the client never hears of it: of the next so many requests that change a blob and succeed.</summary>
    private sealed class LostAnswers : HttpPipelinePolicy
    {
        public int Next { get; set; }

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            await ProcessNextAsync(message, pipeline);
            var changesBlob = message.Request.Method == RequestMethod.Put && !message.Request.Uri.Query.Contains("restype");
            if (Next == 0 || !changesBlob || message.Response.Status != 201) return;
            Next--;
            throw new IOException("The connection was reset.");
        }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
    }
}
