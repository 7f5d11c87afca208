using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Storage.Blobs;

namespace DurableAgentTasks.Storage.Tests.Steps;

public sealed class FileStepClaimsTests : StepClaimsContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    protected override IBlobStore Store => field ??= new FileBlobStore(_folder.Path, TimeProvider.System);

    public void Dispose() => _folder.Dispose();
}
