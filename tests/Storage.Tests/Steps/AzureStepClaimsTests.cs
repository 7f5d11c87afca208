using Azure.Storage.Blobs;
using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Storage.Blobs;

namespace DurableAgentTasks.Storage.Tests.Steps;

public sealed class AzureStepClaimsTests(Azurite azurite) : StepClaimsContract, IClassFixture<Azurite>
{
    protected override IBlobStore Store { get; } = new AzureBlobStore(new BlobContainerClient(azurite.Connection, $"test-{Guid.NewGuid():N}"));
}
