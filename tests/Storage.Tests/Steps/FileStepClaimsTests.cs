using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Storage.Blobs;

namespace DurableAgentTasks.Storage.Tests.Steps;

public sealed class FileStepClaimsTests : StepClaimsContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FileStepClaimsTests() => Store = new FileBlobStore(_folder.Path, TimeProvider.System);

    protected override IBlobStore Store { get; }

    public void Dispose() => _folder.Dispose();
}
