using Azure.Storage.Blobs;
using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Storage.Blobs;

namespace DurableAgentTasks.Storage.Tests.Queue;

public sealed class AzureTaskQueueTests(Azurite azurite) : TaskQueueContract, IClassFixture<Azurite>
{
    private readonly string _container = $"test-{Guid.NewGuid():N}";
    private IBlobStore? _store;

    protected override IBlobStore Store => _store ??= new AzureBlobStore(new BlobContainerClient(azurite.Connection, _container));
}
