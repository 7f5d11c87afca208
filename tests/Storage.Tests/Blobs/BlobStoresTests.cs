using DurableAgentTasks.Contracts.Blobs;
using DurableAgentTasks.Storage.Blobs;

namespace DurableAgentTasks.Storage.Tests.Blobs;

public sealed class BlobStoresTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_word_file_opens_a_folder() => Assert.IsType<FileBlobStore>(Open("file"));

    [Theory]
    [InlineData("UseDevelopmentStorage=true")]
    [InlineData("DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=c2VjcmV0;EndpointSuffix=core.windows.net")]
    [InlineData("https://shop.blob.core.windows.net")]
    public void An_account_opens_a_container(string connection) => Assert.IsType<AzureBlobStore>(Open(connection));

    [Theory]
    [InlineData("")]
    [InlineData("/var/data")]
    [InlineData("http://shop.blob.core.windows.net")]
    [InlineData("https://")]
    [InlineData("https://shop.blob.core.windows.net?sig=hidden")]
    [InlineData("AccountName=shop;AccountKey=hidden")]
    public void Anything_else_is_refused_with_a_list_of_what_is_accepted(string connection)
    {
        var error = Assert.Throws<ArgumentException>(() => Open(connection));
        Assert.Contains("\"UseDevelopmentStorage=true\"", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", error.ToString(), StringComparison.Ordinal);
    }

    private IBlobStore Open(string connection) => BlobStores.Open(connection, _folder.Path, "tasks", TimeProvider.System);
}
